/** The program that runs beside a script, in a page or here: it listens to one EventSource, and writes down what it hears. */

/** What of an EventSource the program uses. */
export interface Source extends EventTarget {
  readonly readyState: number;
  readonly url: string;
  readonly withCredentials: boolean;
  close(): void;
}

/** What the program is told of a script. */
export interface Part {
  readonly url: string;
  readonly withCredentials?: boolean | undefined;
  readonly listen: readonly string[];
  readonly closeAt?: string | undefined;
  /** Asked for each message. */
  readonly told?: string | undefined;
  /** Asked before `close()` at `asked`: answers once the server has a request. */
  readonly asked: string;
  /** Asked after `close()`: answers once no stream is open. */
  readonly gone: string;
}

export type Open = (url: string, init: { withCredentials: boolean } | undefined) => Source;

const closed = 2;
/** So long a script may take that went wrong. */
const patience = 20_000;
/** What the log of such a script says. */
export const stuck = "nothing more comes";

/** What the URL `{blob}` stands for. */
const blob = new Blob(["data: one\n\n"], { type: "text/event-stream" });

/** @returns a line for what the constructor gave, and one for each event, until the source is closed for good */
export async function play(open: Open, part: Part): Promise<string[]> {
  const log: string[] = [];
  const { withCredentials } = part;
  try {
    const url = part.url === "{blob}" ? URL.createObjectURL(blob) : part.url;
    const source = open(url, withCredentials === undefined ? undefined : { withCredentials });
    const shown = part.url === "{blob}" ? source.url.replace(url, part.url) : source.url;
    log.push(JSON.stringify(["made", shown, source.readyState, source.withCredentials]));
    await listen(source, part, log);
    log.push(`ends ${source.readyState}`);
  } catch (error) {
    log.push(`throws ${String(Reflect.get(Object(error), "name"))}`);
  }
  return log;
}

function listen(source: Source, part: Part, log: string[]): Promise<void> {
  const counts = new Map<string, number>();
  return new Promise((resolve) => {
    const watchdog = setTimeout(() => end(stuck), patience);
    const end = (said?: string): void => {
      if (said !== undefined) {
        log.push(said);
        source.close();
      }
      clearTimeout(watchdog);
      setTimeout(() => setTimeout(resolve)); // what comes too late still comes into the log
    };
    const close = (): void => {
      source.close();
      log.push(`close() ${source.readyState}`);
      void fetch(part.gone).then(() => end());
    };
    const hear = (event: Event): void => {
      log.push(lineOf(event, source));
      const count = (counts.get(event.type) ?? 0) + 1;
      counts.set(event.type, count);
      if (part.told !== undefined && event.type === "message") void fetch(part.told);
      if (part.closeAt === `${event.type} ${count}`) close();
      else if (part.closeAt === undefined && event.type === "error" && source.readyState === closed) end();
    };
    for (const type of ["open", "message", "error", ...part.listen]) source.addEventListener(type, hear);
    if (part.closeAt === "start") close();
    if (part.closeAt === "asked") void fetch(part.asked).then(close);
  });
}

function lineOf(event: Event, { readyState }: Source): string {
  const { type, isTrusted } = event;
  const fields = ["data", "lastEventId", "origin"].map((name) => Reflect.get(event, name));
  const [data] = fields;
  if (typeof data === "string" && data.length > 200) fields[0] = `${data.length} characters, ${data.slice(0, 20)}`;
  return JSON.stringify([type, readyState, isTrusted ? "trusted" : "untrusted", ...fields]);
}
