/** The EventTarget face: what it does is what npm's ws does, call by call. */

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import Peer from "ws";
import {
  addEventListener,
  CloseEvent,
  ErrorEvent,
  Event,
  type EventHandler,
  type EventListenerOptions,
  getHandler,
  MessageEvent,
  removeEventListener,
  setHandler,
} from "../src/event.ts";

type Handled = "onopen" | "onmessage" | "onclose" | "onerror";

/** What a program can do with the face. */
interface Face extends EventEmitter {
  addEventListener(type: string, handler: unknown, options?: EventListenerOptions): void;
  removeEventListener(type: string, handler: unknown): void;
  onopen: unknown;
  onmessage: unknown;
  onclose: unknown;
  onerror: unknown;
}

class Ours extends EventEmitter implements Face {
  readonly wasClean = false;
  declare onopen: unknown;
  declare onmessage: unknown;
  declare onclose: unknown;
  declare onerror: unknown;

  addEventListener(type: string, handler: EventHandler, options?: EventListenerOptions): void {
    addEventListener(this, type, handler, options);
  }

  removeEventListener(type: string, handler: EventHandler): void {
    removeEventListener(this, type, handler);
  }
}

for (const type of ["open", "message", "close", "error"]) {
  Object.defineProperty(Ours.prototype, `on${type}`, {
    get(this: Ours) {
      return getHandler(this, type);
    },
    set(this: Ours, handler: unknown) {
      setHandler(this, type, handler);
    },
  });
}

/** The peer's class under the same face: its types know neither odd types nor odd handlers. */
function peer(): Face {
  return Reflect.construct(Peer, [null, undefined, {}]);
}

type Log = (line: unknown) => void;

const programs: [name: string, run: (face: Face, log: Log) => void][] = [
  [
    "an event tells its type and its target, and no property of its own",
    (face, log) => {
      face.onopen = (event: Event) => {
        const seen = [];
        for (const name in event) seen.push(name);
        log([event.type, Object.is(event.target, face), seen.sort(), Object.keys(event)]);
      };
      face.emit("open");
    },
  ],
  [
    "text is a string, binary stays what it is",
    (face, log) => {
      face.addEventListener("message", ({ data }: MessageEvent) => log(data));
      face.emit("message", Buffer.from("é"), false);
      face.emit("message", Buffer.from("é"), true);
      face.emit("message", Uint8Array.of(1).buffer, true);
      face.emit("message", [Buffer.from("a"), Buffer.from("b")], true);
    },
  ],
  [
    "a close tells code and reason",
    (face, log) => {
      face.addEventListener("close", (event: CloseEvent) =>
        log([event.code, event.reason, event.wasClean, event.type]),
      );
      face.emit("close", 4000, Buffer.from("because é"));
    },
  ],
  [
    "an error tells itself and its message",
    (face, log) => {
      face.addEventListener("error", (event: ErrorEvent) => log([String(event.error), event.message, event.type]));
      face.emit("error", new RangeError("too long"));
    },
  ],
  [
    "this is the target, of an object with handleEvent the object",
    (face, log) => {
      const object = {
        handleEvent(this: unknown): void {
          log(this === object);
        },
      };
      face.addEventListener("open", object);
      face.addEventListener("open", function (this: unknown) {
        log(this === face);
      });
      face.onopen = function (this: unknown) {
        log(this === face);
      };
      face.emit("open");
    },
  ],
  [
    "handlers, attributes and listeners are called in the order in which they came",
    (face, log) => {
      face.on("open", () => log("listener 1"));
      face.addEventListener("open", () => log("handler 1"));
      face.onopen = () => log("attribute");
      face.on("open", () => log("listener 2"));
      face.addEventListener("open", () => log("handler 2"));
      face.emit("open");
      face.onopen = () => log("attribute, last now");
      face.emit("open");
    },
  ],
  [
    "a handler is added once, beside the attribute",
    (face, log) => {
      const handler = (): void => log("called");
      face.onmessage = handler;
      face.addEventListener("message", handler);
      face.addEventListener("message", handler, { once: true });
      log(face.listenerCount("message"));
      face.emit("message", "x", false);
      face.removeEventListener("message", handler);
      log([face.listenerCount("message"), face.onmessage === handler]);
      face.removeEventListener("message", handler);
      log(face.listenerCount("message"));
    },
  ],
  [
    "once is once, and can be added again after",
    (face, log) => {
      const handler = (): void => log("called");
      face.addEventListener("open", handler, { once: true });
      face.addEventListener("open", handler);
      face.emit("open");
      face.emit("open");
      face.addEventListener("open", handler, { once: true });
      face.removeEventListener("open", handler);
      face.emit("open");
      face.addEventListener("open", handler);
      face.emit("open");
    },
  ],
  [
    "types that a WebSocket does not have are ignored",
    (face, log) => {
      for (const type of ["ping", "pong", "upgrade", "constructor", "Message", ""]) {
        face.addEventListener(type, () => log(type));
        log(face.listenerCount(type));
      }
    },
  ],
  [
    "an attribute is null until it is set, and again when it is unset",
    (face, log) => {
      log([face.onopen, face.onmessage, face.onclose, face.onerror]);
      const handler = (): void => {};
      for (const attribute of ["onopen", "onmessage", "onclose", "onerror"] as const satisfies Handled[]) {
        face[attribute] = handler;
        log(face[attribute] === handler);
        face[attribute] = null;
        log([face[attribute], face.listenerCount(attribute.slice(2))]);
      }
    },
  ],
  [
    "an attribute that is no function only removes the one before",
    (face, log) => {
      for (const value of [null, undefined, {}, "x", { handleEvent(): void {} }]) {
        face.onopen = (): void => {};
        face.onopen = value;
        log([face.onopen, face.listenerCount("open")]);
      }
    },
  ],
  [
    "removing what was never added does nothing",
    (face, log) => {
      face.removeEventListener("open", () => {});
      const listener = (): void => log("listener");
      face.on("open", listener);
      face.removeEventListener("open", listener);
      face.emit("open");
    },
  ],
  [
    "removeListener does not know handlers, removeAllListeners removes them",
    (face, log) => {
      const handler = (): void => log("called");
      face.addEventListener("open", handler);
      face.removeListener("open", handler);
      face.emit("open");
      face.removeAllListeners("open");
      log([face.emit("open"), face.onopen]);
    },
  ],
  [
    "what a handler throws comes out of emit, and stops the ones behind it",
    (face, log) => {
      face.addEventListener("open", () => {
        throw new Error("mine");
      });
      face.addEventListener("open", () => log("not called"));
      assert.throws(() => face.emit("open"), { message: "mine" });
    },
  ],
  [
    "an object without handleEvent fails when it is called, not when it is added",
    (face, log) => {
      face.addEventListener("open", {});
      try {
        face.emit("open");
      } catch (error) {
        log(error instanceof TypeError);
      }
    },
  ],
];

function logOf(face: Face, run: (face: Face, log: Log) => void): unknown[] {
  const lines: unknown[] = [];
  run(face, (line) => lines.push(line));
  return lines;
}

for (const [name, run] of programs) {
  test(name, () => assert.deepEqual(logOf(new Ours(), run), logOf(peer(), run)));
}

test("wasClean is what the target says", () => {
  const seen: boolean[] = [];
  for (const wasClean of [true, false]) {
    const target = Object.assign(new EventEmitter(), { wasClean });
    addEventListener(target, "close", (event: CloseEvent) => seen.push(event.wasClean));
    target.emit("close", 1000, Buffer.alloc(0));
  }
  assert.deepEqual(seen, [true, false]);
});

test("events that the program makes have defaults", () => {
  const { code, reason, wasClean, target } = new CloseEvent("close");
  assert.deepEqual([code, reason, wasClean, target], [0, "", false, null]);
  const { error, message, type } = new ErrorEvent("error");
  assert.deepEqual([error, message, type], [null, "", "error"]);
  assert.equal(new MessageEvent("message").data, null);
  assert.ok(new MessageEvent("message", { data: "x" }) instanceof Event);
});

test("undefined in an event's options is the default, null is null", () => {
  assert.equal(new MessageEvent("message", { data: undefined }).data, null);
  assert.equal(new ErrorEvent("error", { error: undefined }).error, null);
});
