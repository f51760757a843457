/** What the client needs of a `fetch` (Fetch §5.6), and what it gives it: the types of `eventsource` 4, so that a fetch written for it compiles. */

/** A `fetch`, as far as the client uses it: the global one, one of a package, or the program's own. */
export type FetchLike = (url: string | URL, init: EventSourceFetchInit) => Promise<FetchLikeResponse>;

/** What each request is made with. */
export interface EventSourceFetchInit {
  /** An AbortSignal. */
  // biome-ignore lint/suspicious/noExplicitAny: fetches of packages have signals of their own kinds
  signal: { aborted: boolean } | any;
  headers: { [key: string]: string; Accept: "text/event-stream" };
  mode: "cors" | "no-cors" | "same-origin";
  credentials?: "include" | "omit" | "same-origin";
  cache: "no-store";
  redirect: "error" | "follow" | "manual";
  /** None is a GET. */
  method?: string;
  /** What the source was given to send. */
  // biome-ignore lint/suspicious/noExplicitAny: fetches of packages have bodies of their own kinds
  body?: any;
  /** Beside a body that is a stream. */
  duplex?: "half";
}

/** What is read of a response. */
export interface FetchLikeResponse {
  readonly body: { getReader(): ReaderLike } | Response["body"] | null;
  readonly url: string;
  readonly status: number;
  readonly redirected: boolean;
  readonly headers: { get(name: string): string | null };
}

/** What is read of a body's reader. At the end, a value of any type may come along. */
export interface ReaderLike {
  read(): Promise<{ done: false; value: unknown } | { done: true; value?: unknown }>;
  cancel(): Promise<void>;
}
