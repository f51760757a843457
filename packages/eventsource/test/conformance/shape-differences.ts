/** Where a program sees of ours what it does not see of Chromium 156's own EventSource, and why. A row that explains nothing fails the test. */

import type { Side } from "./differences.ts";

export interface ShapeDifference {
  readonly reason: string;
  readonly sides: readonly Side[];
  readonly facts: readonly string[];
  /** What is seen of ours, where `native` is seen of Chromium's own. */
  becomes(native: unknown): unknown;
}

const both: readonly Side[] = ["in Node", "in a page"];

const always = (seen: unknown) => (): unknown => seen;

/** One place of what is seen is another. */
const at =
  (path: string, seen: unknown) =>
  (native: unknown): unknown => {
    const copy: unknown = structuredClone(native);
    const keys = path.split(".");
    const last = keys.pop() ?? "";
    const holder = keys.reduce<unknown>((value, key) => Reflect.get(Object(value), key), copy);
    Reflect.set(Object(holder), last, seen);
    return copy;
  };

const names = ["url", "withCredentials", "readyState", "lastEventId", "onopen", "onmessage", "onerror", "close"];
const constants = ["CONNECTING", "OPEN", "CLOSED"];

/** Of the platform's own classes, which newer ones of Node have mended. */
const bugsOfNode = {
  /** Node 20's MessageEvent takes no `cancelable`, does not freeze its ports, and has no name of its own. */
  messageEvent: !Object.hasOwn(MessageEvent.prototype, Symbol.toStringTag),
  listeners: hearsTooEarly(),
};

function hearsTooEarly(): boolean {
  let heard = 0;
  const target = new EventTarget();
  target.addEventListener("x", () => target.addEventListener("x", () => void heard++));
  target.addEventListener("x", () => {});
  target.dispatchEvent(new Event("x"));
  return heard > 0;
}

const beyond: readonly ShapeDifference[] = [
  {
    reason: "ours can say, and iterate, more",
    sides: both,
    facts: ["EventSource.prototype.lastEventId"],
    becomes: always([true, true, null, "get lastEventId", 0, null, null, null]),
  },
  {
    reason: "ours can say, and iterate, more",
    sides: both,
    facts: ["lastEventId 0 of others"],
    becomes: always(Array.from({ length: 6 }, () => "throws TypeError TypeError undefined")),
  },
  {
    reason: "ours can say, and iterate, more",
    sides: both,
    facts: ["EventSource.prototype.Symbol(Symbol.asyncIterator)"],
    becomes: always([false, true, true, null, null, null, null, "[Symbol.asyncIterator] 0"]),
  },
  {
    reason: "eventsource 4 has this mark, and others look for it",
    sides: both,
    facts: ["EventSource.Symbol(eventsource.supports-fetch-override)"],
    becomes: always([false, false, false, null, null, null, null, true]),
  },
  {
    reason: "ours has lastEventId, and Chromium names constants before methods (Web IDL §3.7.3 the other way round)",
    sides: both,
    facts: ["enumerable names of the prototype", "for in"],
    becomes: always([...names, ...constants]),
  },
  {
    reason: "the error event is an ErrorEvent, which says what went wrong",
    sides: both,
    facts: ["the event error"],
    becomes: at("classes.2", false),
  },
];

const limits: readonly ShapeDifference[] = [
  {
    reason:
      "a script dispatches the events of ours, so microtasks wait until all listeners have heard one (HTML §8.1.4.4)",
    sides: both,
    facts: ["microtasks between listeners"],
    becomes: always([
      ...["one", "two", "three"].flatMap((text) => [`1 ${text}`, `2 ${text}`, "microtask", "microtask"]),
      "1 mine",
      "2 mine",
    ]),
  },
  {
    reason: "Chromium takes a space in a host, which is no URL (URL §3.5)",
    sides: ["in Node"],
    facts: ["URLs"],
    becomes: at("19", "throws DOMException SyntaxError 12"),
  },
  {
    reason: "Node reports what a listener throws once all have been called",
    sides: ["in Node"],
    facts: ["exceptions"],
    becomes: always([
      "reported: onopen",
      ...["one", "two", "three", "mine"].flatMap((text) => [
        `hears ${text}`,
        `reported: onmessage ${text}`,
        `reported: message ${text}`,
      ]),
    ]),
  },
];

const bugs: readonly ShapeDifference[] = [
  {
    reason: "a MessageEvent of Node has no name of its own",
    sides: ["in Node"],
    facts: bugsOfNode.messageEvent ? ["the event message", "an event with a name"] : [],
    becomes: at("classes.4", "[object Event]"),
  },
  {
    reason: "a MessageEvent of Node does not freeze its ports",
    sides: ["in Node"],
    facts: bugsOfNode.messageEvent ? ["the event message", "an event with a name"] : [],
    becomes: at("values.12.1", false),
  },
  {
    reason: "a MessageEvent of Node cannot be made cancelable",
    sides: ["in Node"],
    facts: bugsOfNode.messageEvent ? ["a handler returns false"] : [],
    becomes: at("3", "false"),
  },
  {
    reason: "an EventTarget of Node calls listeners that were added in the dispatch (DOM §2.9 does not)",
    sides: ["in Node"],
    facts: bugsOfNode.listeners ? ["a listener that is added meanwhile"] : [],
    becomes: always(["one hears one", "two hears two", "three hears three", "mine hears mine"]),
  },
];

export const shapeDifferences: readonly ShapeDifference[] = [...beyond, ...limits, ...bugs];
