/**
 * What a program sees of the class `EventSource` and its events, as texts that can be compared (WHATWG HTML §9.2.2, Web IDL, DOM §2).
 * Runs on ours, and in a page on the browser's own.
 */

import type { Source } from "./play.ts";

export type Shape = Record<string, unknown>;

type SourceClass = new (url: string) => Source;

/** URLs of the streams that the program hears. */
export interface Streams {
  /** Says `one`, `two`, and `three`, and stays open. */
  readonly three: string;
  /** Says `one` in an event named `a`, and stays open. */
  readonly named: string;
  /** 404. */
  readonly missing: string;
}

export async function shape(EventSource: SourceClass, streams: Streams): Promise<Shape> {
  return {
    ...surface(EventSource),
    ...constructions(EventSource, streams.missing),
    ...handlers(EventSource, streams.missing),
    ...brands(EventSource, streams.missing),
    ...(await events(EventSource, streams)),
  };
}

/** What a call gives or throws. */
function outcome(call: () => unknown): string {
  try {
    return String(call());
  } catch (error) {
    return `throws ${["constructor.name", "name", "code"].map((path) => String(of(error, path))).join(" ")}`;
  }
}

function of(object: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => Reflect.get(Object(value), name), object);
}

function surface(EventSource: SourceClass): Shape {
  const found: Shape = {
    "the class": [EventSource.name, EventSource.length, typeof EventSource, Object.getPrototypeOf(EventSource).name],
    "the prototype's prototype": Object.getPrototypeOf(EventSource.prototype) === EventTarget.prototype,
    "enumerable names of the class": Object.keys(EventSource),
    "enumerable names of the prototype": Object.keys(EventSource.prototype),
  };
  for (const [where, object] of [
    ["EventSource", EventSource],
    ["EventSource.prototype", EventSource.prototype],
  ] as const) {
    for (const key of Reflect.ownKeys(object)) {
      if (["length", "name"].includes(String(key))) continue;
      found[`${where}.${String(key)}`] = describe(Object.getOwnPropertyDescriptor(object, key));
    }
  }
  return found;
}

function describe(property: PropertyDescriptor | undefined): unknown[] {
  const { enumerable, configurable, writable, get, set, value } = property ?? {};
  const shown = typeof value === "object" ? typeof value : value;
  const method = typeof value === "function" ? `${value.name} ${value.length}` : shown;
  return [enumerable, configurable, writable, get?.name, get?.length, set?.name, set?.length, method];
}

const urls: readonly unknown[] = [
  null,
  undefined,
  1,
  {},
  true,
  "",
  [],
  ["a", "b"],
  "a b",
  "#a",
  "?a",
  "//127.0.0.1:1/",
  "HTTP://127.0.0.1:1/../A",
  "\ud800",
  "http://127.0.0.1:1/\ud800",
  "http://a:b@127.0.0.1:1/",
  { toString: () => "http://127.0.0.1:1/x" },
  new URL("http://127.0.0.1:1/y"),
  Symbol("x"),
  "http://this is invalid/",
  "http://[/",
  "http://127.0.0.1:99999/",
  "http://%",
  "//",
];
const inits: readonly unknown[] = [
  undefined,
  null,
  {},
  [],
  () => {},
  1,
  "x",
  true,
  Symbol("x"),
  { withCredentials: true },
  { withCredentials: false },
  { withCredentials: undefined },
  { withCredentials: null },
  { withCredentials: 0 },
  { withCredentials: "false" },
  { withCredentials: {} },
  Object.create({ withCredentials: true }),
  new (class {
    get withCredentials(): boolean {
      return true;
    }
  })(),
];

function constructions(EventSource: SourceClass, url: string): Shape {
  const made = (...given: unknown[]): string =>
    outcome(() => {
      const source: Source = Reflect.construct(EventSource, given);
      source.close();
      return `${source.url} ${source.withCredentials} ${source.readyState}`;
    });
  const order: string[] = [];
  const given = { toString: () => `${order.push("url")}` };
  const init = {
    get withCredentials(): unknown {
      order.push("withCredentials");
      return false;
    },
  };
  class Derived extends EventSource {
    more = 1;
  }
  const derived = new Derived(url);
  derived.close();
  return {
    "without arguments": made(),
    "without new": outcome(() => Reflect.apply(EventSource, undefined, [url])),
    URLs: urls.map((given) => made(given)),
    dictionaries: inits.map((given) => made(url, given)),
    "a third argument": made(url, {}, 1),
    "a getter that throws": made(url, Object.defineProperty({}, "withCredentials", { get: () => JSON.parse("{") })),
    "what is read first": [made(given, init), ...order],
    "a bad URL and a bad dictionary": made("http://[/", 1),
    "a bad URL and a getter": [made("http://[/", init), ...order],
    "a class of the program": [derived instanceof EventSource, derived.more, derived.readyState, `${derived}`],
  };
}

const values: readonly unknown[] = [() => {}, null, undefined, 1, "x", {}, [], Symbol("x"), class {}];

function handlers(EventSource: SourceClass, url: string): Shape {
  const found: Shape = {};
  for (const name of ["onopen", "onmessage", "onerror"]) {
    const source = new EventSource(url);
    source.close();
    found[`${name} at first`] = of(source, name);
    found[name] = values.map((value) => {
      Reflect.set(source, name, () => {});
      Reflect.set(source, name, value);
      const read = of(source, name);
      return read === value ? "the same" : read;
    });
  }
  return found;
}

/** Accessors and methods on what is no EventSource. */
function brands(EventSource: SourceClass, url: string): Shape {
  const found: Shape = {};
  const source = new EventSource(url);
  source.close();
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(EventSource.prototype))) {
    const calls = [property.get, property.set, typeof property.value === "function" ? property.value : undefined];
    if (key === "constructor") continue;
    for (const [n, call] of calls.entries()) {
      if (call === undefined) continue;
      const others = [{}, null, undefined, EventSource.prototype, new EventTarget(), Object.create(source)];
      found[`${key} ${n} of others`] = others.map((other) => outcome(() => Reflect.apply(call, other, [null])));
    }
  }
  found["assigning what is read only"] = ["readyState", "url", "withCredentials", "OPEN"].map((key) =>
    outcome(() => Reflect.set(source, key, 7) && of(source, key)),
  );
  found["a source's own names"] = Object.getOwnPropertyNames(source);
  const names: string[] = [];
  for (const key in source) if (!(key in EventTarget.prototype)) names.push(key);
  found["for in"] = names;
  found["as text"] = [String(source), Object.prototype.toString.call(EventSource.prototype), JSON.stringify(source)];
  found["close() twice"] = [outcome(() => source.close()), source.readyState];
  return found;
}

function describeEvent(event: Event, source: Source): Shape {
  const names = [
    "type",
    "bubbles",
    "cancelable",
    "composed",
    "defaultPrevented",
    "eventPhase",
    "returnValue",
    "cancelBubble",
  ];
  const message = ["data", "origin", "lastEventId", "source", "ports"];
  return {
    values: [...names, ...message].map((name) => {
      const value = of(event, name);
      return Array.isArray(value) ? [value.length, Object.isFrozen(value)] : value;
    }),
    classes: [
      event instanceof Event,
      event instanceof MessageEvent,
      event.constructor === Event,
      event.constructor === MessageEvent,
      Object.prototype.toString.call(event),
    ],
    targets: [
      event.target === source,
      event.currentTarget === source,
      event.srcElement === source,
      event.composedPath().length,
    ],
    "own data": Object.hasOwn(event, "data"),
    "in its place": [source.readyState, event.timeStamp > 0],
  };
}

async function events(EventSource: SourceClass, { three, named, missing }: Streams): Promise<Shape> {
  const first = async (url: string, type: string): Promise<Shape> => {
    const source = new EventSource(url);
    try {
      return await new Promise((resolve) => {
        source.addEventListener(type, (event) => resolve(describeEvent(event, source)));
      });
    } finally {
      source.close();
    }
  };
  return {
    "the event open": await first(three, "open"),
    "the event message": await first(three, "message"),
    "an event with a name": await first(named, "a"),
    "the event error": await first(missing, "error"),
  };
}
