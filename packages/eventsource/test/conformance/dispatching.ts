/** What a program sees of listeners: their order, and what they may do meanwhile (DOM §2.7 to §2.10, HTML §8.1.8). */

import type { Source } from "./play.ts";

type SourceClass = new (url: string) => Source;

/** Tells of every exception that nobody caught, until the function that it returns is called. */
export type Watch = (report: (message: string) => void) => () => void;

export type Heard = Record<string, readonly string[]>;

type Say = (text: string) => void;

/** Each is set up on a source that hears `one`, `two` and `three`, and then the program's own event. */
const programs: Readonly<Record<string, (source: Source, say: Say) => void>> = {
  "the order of listeners"(source, say) {
    const note = (text: string) => (event: Event) => say(`${text} ${dataOf(event)}`);
    const same = note("same");
    Reflect.set(source, "onmessage", note("replaced"));
    source.addEventListener("message", note("first"));
    Reflect.set(source, "onmessage", note("handler keeps its place"));
    source.addEventListener("message", note("once"), { once: true });
    source.addEventListener("message", note("capture"), true);
    source.addEventListener("message", same);
    source.addEventListener("message", same);
    source.addEventListener("message", same, { capture: true });
    source.addEventListener("message", { handleEvent: note("handleEvent") });
    source.addEventListener("message", note("removed"));
    source.removeEventListener("message", note("removed"));
  },
  "a handler that is taken away and given again"(source, say) {
    Reflect.set(source, "onmessage", () => say("before"));
    source.addEventListener("message", () => say("listener"));
    Reflect.set(source, "onmessage", null);
    Reflect.set(source, "onmessage", () => say("handler"));
  },
  "a handler that is no function"(source, say) {
    Reflect.set(source, "onmessage", { handleEvent: () => say("an object is not called") });
    source.addEventListener("message", () => say(typeof Reflect.get(source, "onmessage")));
  },
  "this of handlers and listeners"(source, say) {
    Reflect.set(source, "onopen", function (this: unknown) {
      say(`open ${this === source}`);
    });
    source.addEventListener("message", function (this: unknown) {
      say(`message ${this === source}`);
    });
  },
  "a handler returns false"(source, say) {
    Reflect.set(source, "onmessage", () => false);
    source.addEventListener("message", (event) => say(String(event.defaultPrevented)));
  },
  "a signal, and stopImmediatePropagation"(source, say) {
    const controller = new AbortController();
    source.addEventListener("message", (event) => say(`signal ${dataOf(event)}`), { signal: controller.signal });
    source.addEventListener("message", (event) => {
      if (dataOf(event) === "one") controller.abort();
      if (dataOf(event) === "two") event.stopImmediatePropagation();
    });
    source.addEventListener("message", (event) => say(`behind ${dataOf(event)}`));
  },
  "a listener that is added meanwhile"(source, say) {
    source.addEventListener("message", (event) => {
      const text = dataOf(event);
      source.addEventListener("message", (later) => say(`${text} hears ${dataOf(later)}`), { once: true });
    });
  },
  "a listener that is removed meanwhile"(source, say) {
    const removed = (event: Event): void => say(`removed ${dataOf(event)}`);
    source.addEventListener("message", (event) => {
      if (dataOf(event) === "two") source.removeEventListener("message", removed);
    });
    source.addEventListener("message", removed);
  },
  "microtasks between listeners"(source, say) {
    const listener = (n: number) => (event: Event) => {
      say(`${n} ${dataOf(event)}`);
      if (dataOf(event) !== "mine") queueMicrotask(() => say("microtask"));
    };
    source.addEventListener("message", listener(1));
    source.addEventListener("message", listener(2));
  },
  "microtasks between events"(source, say) {
    source.addEventListener("message", (event) => {
      say(dataOf(event));
      if (dataOf(event) !== "mine") void Promise.resolve().then(() => say("then"));
    });
  },
  "events in events"(source, say) {
    source.addEventListener("message", (event) => {
      say(`in ${dataOf(event)}`);
      source.dispatchEvent(new MessageEvent("x", { data: "inner" }));
      say(`out ${dataOf(event)}`);
    });
    source.addEventListener("x", (event) => say(`${dataOf(event)} ${source.readyState}`));
  },
  exceptions(source, say) {
    Reflect.set(source, "onopen", () => fail("onopen"));
    Reflect.set(source, "onmessage", (event: Event) => fail(`onmessage ${dataOf(event)}`));
    source.addEventListener("message", (event) => fail(`message ${dataOf(event)}`));
    source.addEventListener("message", (event) => say(`hears ${dataOf(event)}`));
  },
  "close() in a listener before another"(source, say) {
    source.addEventListener("message", (event) => {
      if (dataOf(event) === "three") source.close();
    });
    source.addEventListener("message", (event) => say(`${dataOf(event)} ${source.readyState}`));
  },
};

/** @param url says `one`, `two` and `three`, and stays open */
export async function dispatching(EventSource: SourceClass, url: string, watch: Watch): Promise<Heard> {
  const heard: Record<string, readonly string[]> = {};
  for (const [name, program] of Object.entries(programs)) {
    const said: string[] = [];
    const source = new EventSource(url);
    const stop = watch((message) => said.push(`reported: ${message}`));
    program(source, (text) => said.push(text));
    await lastOf(source);
    source.close();
    source.dispatchEvent(new MessageEvent("message", { data: "mine", cancelable: true }));
    await nextTurn();
    stop();
    heard[name] = said;
  }
  return heard;
}

/** Once all listeners have heard the third message. */
function lastOf(source: Source): Promise<void> {
  return new Promise((resolve) => {
    source.addEventListener(
      "message",
      (event) => {
        if (dataOf(event) === "three") void nextTurn().then(resolve);
      },
      { capture: true },
    );
  });
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function dataOf(event: Event): string {
  return String(Reflect.get(event, "data"));
}

function fail(message: string): never {
  throw new Error(message);
}
