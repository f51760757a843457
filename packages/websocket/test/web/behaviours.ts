/**
 * What a program sees of the standard's classes, as texts that can be compared. Runs on ours, and in a page on the browser's own.
 *
 * Left out is where Chromium 150 is not the standard's: `close(undefined, reason)`, spaces in a host, a connection that breaks
 * without an error event, lone surrogates in a CloseEvent, numbers out of range in a WebSocketError, ArrayBuffers from a stream.
 */

import type { CloseEvent, WebSocket, WebSocketError, WebSocketStream } from "@anywire/websocket/web";

export interface Classes {
  readonly WebSocket: typeof WebSocket;
  readonly WebSocketStream: typeof WebSocketStream;
  readonly WebSocketError: typeof WebSocketError;
  readonly CloseEvent: typeof CloseEvent;
}

/** Servers by what they do; `echo`, and those of behaviours that are named below. */
export type Servers = Readonly<Record<string, string>>;

export type Behaviours = Record<string, unknown>;

export async function behaviours(classes: Classes, servers: Servers): Promise<Behaviours> {
  return {
    ...shapes(classes),
    ...constructions(classes, servers.echo ?? ""),
    ...(await lives(classes, servers)),
    ...(await calls(classes, servers.echo ?? "")),
    ...(await streams(classes, servers)),
  };
}

/** What a call gives or throws. */
function outcome(call: () => unknown): string {
  try {
    return String(call());
  } catch (error) {
    return `throws ${nameOf(error)}`;
  }
}

async function settled(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    (value) => JSON.stringify(value) ?? "undefined",
    (error: unknown) => `rejects ${nameOf(error)} ${of(error, "closeCode")} ${of(error, "reason")}`,
  );
}

function nameOf(error: unknown): string {
  return `${of(error, "constructor.name")} ${of(error, "name")}`;
}

function of(object: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => Reflect.get(Object(value), name), object);
}

function shapes(classes: Classes): Behaviours {
  const found: Behaviours = {};
  for (const [title, Class] of Object.entries(classes)) {
    found[`${title} itself`] = [Class.name, Class.length, Object.getPrototypeOf(Class).name];
    for (const [where, object] of [
      [title, Class],
      [`${title}.prototype`, Class.prototype],
    ] as const) {
      for (const key of Reflect.ownKeys(object)) {
        if (["length", "name", "prototype", "constructor"].includes(String(key))) continue;
        found[`${where}.${String(key)}`] = describe(Object.getOwnPropertyDescriptor(object, key));
      }
    }
  }
  return found;
}

function describe(property: PropertyDescriptor | undefined): unknown[] {
  const { enumerable, configurable, writable, get, set, value } = property ?? {};
  const method = typeof value === "function" ? `${value.name} ${value.length}` : value;
  return [enumerable, configurable, writable, get?.name, set?.name, method];
}

const fixedUrls = [
  "WS://LOCALHOST:80/a",
  "wss://localhost:443/?a",
  "https://localhost:443/a",
  "ws:localhost",
  "ws://ä.example/ü",
];
const badUrls = ["ws://x#", "ftp://x", "ws://x:70000", "mailto:a@b.example", "about:blank"];
const protocolLists = ["a b", "", ["a", "a"], ["a", "A"], {}, null, undefined, 7, [["a"]], { [Symbol.iterator]: null }];
const streamOptions = [
  true,
  null,
  undefined,
  { protocols: "a" },
  { protocols: null },
  { protocols: ["a b"] },
  { protocols: ["a", "a"] },
  { protocols: new Set(["a"]) },
  { signal: {} },
  { signal: null },
];
const errorInits = [
  undefined,
  null,
  1,
  {},
  { closeCode: 1000 },
  { closeCode: 999 },
  { closeCode: 3000, reason: "x" },
  { reason: "x" },
  { closeCode: "3000" },
  { reason: "x".repeat(124) },
];
const eventInits = [
  undefined,
  null,
  1,
  { code: 65_537, wasClean: 1, reason: null },
  { code: "7", bubbles: 1 },
  { code: -1 },
];

function constructions({ WebSocket, WebSocketStream, WebSocketError, CloseEvent }: Classes, url: string): Behaviours {
  const made = (...given: unknown[]): string =>
    outcome(() => {
      const socket: WebSocket = Reflect.construct(WebSocket, given);
      socket.close();
      return `${socket.url.replace(url, "")} ${socket.readyState}`;
    });
  const streamed = (options: unknown): string =>
    outcome(() => Reflect.construct(WebSocketStream, [url, options]).close());
  const failed = (init: unknown): unknown[] => {
    const error = (): WebSocketError => Reflect.construct(WebSocketError, ["m", init]);
    return ["message", "name", "code", "closeCode", "reason"].map((key) => outcome(() => of(error(), key)));
  };
  const closed = (init: unknown): unknown[] => {
    const event = (): CloseEvent => Reflect.construct(CloseEvent, ["x", init]);
    return ["code", "wasClean", "reason", "bubbles"].map((key) => outcome(() => of(event(), key)));
  };
  return {
    "without a URL": [made(), outcome(() => Reflect.construct(WebSocketStream, [])), made(Symbol("x"))],
    "without new": outcome(() => Reflect.apply(WebSocket, undefined, [url])),
    "other URLs": [...fixedUrls, ...badUrls].map((address) => made(address)),
    subprotocols: [...protocolLists, Symbol("x")].map((protocols) => made(url, protocols)),
    "options of streams": streamOptions.map(streamed),
    errors: errorInits.map(failed),
    events: eventInits.map(closed),
  };
}

/** All that is told of a socket, until it is closed. */
function life(socket: WebSocket): Promise<unknown[]> {
  const told: unknown[] = [];
  const tell = (event: Event): void => {
    const fields = ["data", "code", "reason", "wasClean", "bubbles", "cancelable"].map((key) => of(event, key));
    told.push([event.type, event.constructor.name, socket.readyState, ...fields]);
    void Promise.resolve()
      .then(() => {})
      .then(() => told.push([`microtask of ${event.type}`, socket.readyState]));
  };
  for (const type of ["open", "message", "error"] as const) socket.addEventListener(type, tell);
  return new Promise((resolve) => {
    socket.addEventListener("close", (event) => {
      tell(event);
      setTimeout(() => resolve(told), 0);
    });
  });
}

const ends = ["closes", "closes4000", "refuses", "bursts", "breaksRules", "otherProtocol", "redirects"];

async function lives({ WebSocket }: Classes, servers: Servers): Promise<Behaviours> {
  const found: Behaviours = {};
  for (const name of ends) found[name] = await life(new WebSocket(servers[name] ?? ""));
  found["no subprotocol"] = await life(new WebSocket(servers.noProtocol ?? "", "a"));
  const early = new WebSocket(servers.echo ?? "");
  const told = life(early);
  early.close(3000);
  found.early = [early.readyState, await told];
  const inMessage = new WebSocket(servers.bursts ?? "");
  inMessage.onmessage = () => inMessage.close(4001, "enough");
  found["closed in a message"] = await life(inMessage);
  return found;
}

const closeArguments = [
  [999],
  [1001],
  [NaN],
  ["x"],
  [null],
  [true],
  [{}],
  [66_536],
  [-1],
  [1000, "x".repeat(124)],
  [999, "x".repeat(124)],
  [1000, Symbol("x")],
];
const sent = [
  "x",
  null,
  undefined,
  1,
  {},
  [],
  Symbol("x"),
  new ArrayBuffer(0),
  new DataView(new ArrayBuffer(2), 1),
  new Blob(["é"]),
  "\ud800é",
];
const handlers = [undefined, null, 2, "x", {}, { handleEvent: () => {} }, Object];

async function calls({ WebSocket }: Classes, url: string): Promise<Behaviours> {
  const socket = new WebSocket(url);
  const early = outcome(() => socket.send("x"));
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  const sends = sent.map((data) => {
    const before = socket.bufferedAmount;
    return [outcome(() => Reflect.apply(socket.send, socket, [data])), socket.bufferedAmount - before];
  });
  const kept = handlers.map((handler) => {
    Reflect.set(socket, "onopen", handler);
    return [socket.onopen === handler, socket.onopen === null];
  });
  const closes = closeArguments.map((given) => [
    outcome(() => Reflect.apply(socket.close, socket, given)),
    socket.readyState,
  ]);
  const foreign = ["url", "readyState", "onopen", "binaryType"].map((key) =>
    outcome(() => Reflect.get(WebSocket.prototype, key, {})),
  );
  const strangers = [WebSocket.prototype.close, WebSocket.prototype.send].map((call) =>
    outcome(() => Reflect.apply(call, {}, [999])),
  );
  socket.close();
  const before = socket.bufferedAmount;
  socket.send("éé");
  const late = socket.bufferedAmount - before;
  return { early, sends, kept, closes, foreign, strangers, late };
}

async function streams(classes: Classes, servers: Servers): Promise<Behaviours> {
  const { WebSocketStream, WebSocketError } = classes;
  const found: Behaviours = { ...(await conversation(classes, servers.echo ?? "")) };
  for (const name of ["closes", "closes4000", "refuses", "cuts"]) {
    const stream = new WebSocketStream(servers[name] ?? "");
    found[`stream ${name}`] = [await settled(stream.opened.then(() => 1)), await settled(stream.closed)];
  }
  for (const [name, reason] of [
    ["nothing", undefined],
    ["an object", { closeCode: 3333 }],
    ["an error", new WebSocketError("", { closeCode: 3333, reason: "q" })],
    ["a plain error", new WebSocketError("")],
  ] as const) {
    const cancelled = new WebSocketStream(servers.echo ?? "");
    await (await cancelled.opened).readable.cancel(reason);
    const aborted = new WebSocketStream(servers.echo ?? "");
    await (await aborted.opened).writable.abort(reason);
    found[`ended with ${name}`] = [await settled(cancelled.closed), await settled(aborted.closed)];
  }
  const early = new WebSocketStream(servers.echo ?? "");
  early.close({ closeCode: 3000 });
  found["stream early"] = [await settled(early.opened), await settled(early.closed)];
  return found;
}

async function conversation({ WebSocketStream }: Classes, url: string): Promise<Behaviours> {
  const stream = new WebSocketStream(url);
  const { readable, writable, protocol, extensions } = await stream.opened;
  const [reader, writer] = [readable.getReader(), writable.getWriter()];
  const echoed: unknown[] = [];
  for (const chunk of ["x", "\ud800", null, 7, {}]) {
    await Reflect.apply(writer.write, writer, [chunk]);
    echoed.push((await reader.read()).value);
  }
  const refused = [true, 7, { closeCode: 999 }, { reason: "x".repeat(124) }].map((info) =>
    outcome(() => Reflect.apply(stream.close, stream, [info])),
  );
  stream.close({ closeCode: 4000, reason: "r" });
  const closed = await settled(stream.closed);
  const after = [
    await settled(reader.read()),
    await settled(writer.write("x")),
    await settled(writer.closed),
    await settled(reader.closed),
  ];
  return { agreed: [protocol, extensions], echoed, refused, closed, after, again: outcome(() => stream.close()) };
}
