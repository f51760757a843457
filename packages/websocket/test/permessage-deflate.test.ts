/** The class PerMessageDeflate: what that of ws does, call by call. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as ws from "ws";
import { Random } from "../../../scripts/test/random.ts";
import { PerMessageDeflate, type PerMessageDeflateSettings } from "../src/permessage-deflate.ts";
import { closeCodeOf, isProtocolError } from "../src/protocol/errors.ts";
import { parseExtensions } from "../src/protocol/extension.ts";
import { outcome } from "./protocol/peer.ts";

type Callback = (error: Error | null, data?: Buffer) => void;

/** What both classes have. */
interface Face {
  readonly params: object | null;
  offer(): object;
  accept(configurations: ReturnType<typeof offersOf>): object;
  compress(data: Buffer | string, fin: boolean, callback: Callback): void;
  decompress(data: Buffer, fin: boolean, callback: Callback): void;
  cleanup(): void;
}
type FaceClass = (new (settings?: PerMessageDeflateSettings) => Face) & { readonly extensionName: string };

function hasClass(module: object): module is { PerMessageDeflate: FaceClass } {
  return "PerMessageDeflate" in module;
}

const module: object = ws;
assert.ok(hasClass(module));
const classes: [name: string, Class: FaceClass][] = [
  ["ours", PerMessageDeflate],
  ["that of ws", module.PerMessageDeflate],
];
const Theirs = module.PerMessageDeflate;

function offersOf(header: string) {
  return parseExtensions(`permessage-deflate${header}`)["permessage-deflate"] ?? [];
}

function made(Class: FaceClass, settings: PerMessageDeflateSettings = {}, header = ""): Face {
  const face = new Class(settings);
  after(() => face.cleanup());
  face.accept(offersOf(header));
  return face;
}

const compress = (face: Face, data: Buffer | string, fin = true): Promise<Buffer> =>
  called((done) => face.compress(data, fin, done));
const decompress = (face: Face, data: Buffer, fin = true): Promise<Buffer> =>
  called((done) => face.decompress(data, fin, done));

function called(start: (done: Callback) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    start((error, data) => {
      if (error !== null) reject(error);
      else if (data !== undefined) resolve(data);
    });
  });
}

const policies: PerMessageDeflateSettings[] = [
  {},
  { serverNoContextTakeover: true },
  { serverNoContextTakeover: false, clientNoContextTakeover: false },
  { clientNoContextTakeover: true, serverMaxWindowBits: 10, clientMaxWindowBits: 11 },
  { serverMaxWindowBits: false, clientMaxWindowBits: false },
  { serverMaxWindowBits: 11 },
  { clientMaxWindowBits: 10 },
  { clientMaxWindowBits: true },
];

const headers = [
  "",
  "; server_no_context_takeover; server_no_context_takeover",
  "; foo",
  "; client_no_context_takeover=10",
  "; server_no_context_takeover=10",
  "; server_max_window_bits=7",
  "; server_max_window_bits=16",
  "; server_max_window_bits",
  "; client_max_window_bits",
  "; client_max_window_bits=10",
  "; client_max_window_bits=16",
  "; client_no_context_takeover",
  "; server_no_context_takeover",
  "; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10; client_max_window_bits=11",
  "; server_max_window_bits=14; client_max_window_bits=13",
  "; server_max_window_bits=10, permessage-deflate",
  "; server_max_window_bits=10, permessage-deflate; client_max_window_bits",
  "; server_no_context_takeover, permessage-deflate; foo",
];

for (const settings of policies) {
  test(`as a server with ${JSON.stringify(settings)} it accepts as ws does`, () => {
    for (const header of headers) {
      const [ours, theirs] = classes.map(([, Class]) => {
        const face = new Class({ ...settings, isServer: true });
        return [outcome(() => face.accept(offersOf(header))), face.params];
      });
      assert.deepEqual(ours, theirs, header);
    }
  });

  test(`with ${JSON.stringify(settings)} it offers what ws offers`, () => {
    assert.deepEqual(new PerMessageDeflate(settings).offer(), new Theirs(settings).offer());
  });
}

const answers: [header: string, settings: PerMessageDeflateSettings][] = [
  ...headers.map((header): [string, PerMessageDeflateSettings] => [header, {}]),
  ["; client_no_context_takeover", { clientNoContextTakeover: false }],
  ["; client_max_window_bits=10", { clientMaxWindowBits: false }],
  ["; client_max_window_bits=11", { clientMaxWindowBits: 10 }],
  ["; client_max_window_bits=10", { clientMaxWindowBits: 10 }],
  ["", { clientMaxWindowBits: 10 }],
];

test("as a client it accepts as ws does", () => {
  for (const [header, settings] of answers) {
    const [ours, theirs] = classes.map(([, Class]) => outcome(() => new Class(settings).accept(offersOf(header))));
    assert.deepEqual(ours, theirs, header);
  }
});

test("it has the name of the extension, and the faces that Sender and Receiver look at", () => {
  assert.equal(PerMessageDeflate.extensionName, Theirs.extensionName);
  assert.equal(new PerMessageDeflate()._isServer, false);
  assert.equal(new PerMessageDeflate()._threshold, 1024);
  assert.equal(new PerMessageDeflate({ isServer: true, threshold: 0 })._threshold, 0);
});

const agreements = [
  "",
  "; server_no_context_takeover",
  "; client_no_context_takeover; server_no_context_takeover",
  "; server_max_window_bits=9; client_max_window_bits=8",
];

for (const header of agreements) {
  for (const [sending, Sender] of classes) {
    for (const [reading, Receiver] of classes) {
      test(`${sending} to ${reading}, both ways, whole and in pieces${header}`, async () => {
        const [server, client] = [made(Sender, { isServer: true }, header), made(Receiver, {}, header)];
        const random = new Random(7);
        for (const length of [0, 3, 6, 2000, 40_000, 2000]) {
          const plain = Buffer.concat([random.bytes(length / 2), Buffer.alloc(length / 2, "foo")]);
          for (const [from, to] of [
            [server, client],
            [client, server],
          ] as const) {
            assert.deepEqual(await decompress(to, await compress(from, plain)), plain);
            const read: Buffer[] = [];
            for (const [piece, fin] of [
              [plain.subarray(0, 10), false],
              [plain.subarray(10), true],
            ] as const) {
              read.push(await decompress(to, await compress(from, piece, fin), fin));
            }
            assert.deepEqual(Buffer.concat(read), plain);
          }
        }
      });
    }
  }
}

for (const [name, Class] of classes) {
  test(`${name}: text is taken as UTF-8`, async () => {
    assert.equal((await decompress(made(Class), await compress(made(Class), "grüß dich"))).toString(), "grüß dich");
  });

  test(`${name}: callbacks come after the call`, async () => {
    const face = made(Class);
    const order: string[] = [];
    const both = Promise.all([
      compress(face, Buffer.from("a")).then(() => order.push("compressed")),
      decompress(face, Buffer.from([0])).then(() => order.push("decompressed")),
    ]);
    await Promise.resolve().then(() => order.push("after the calls"));
    await both;
    assert.equal(order[0], "after the calls");
  });

  test(`${name}: with takeover a message that comes again is shorter, without it is not`, async () => {
    const plain = Buffer.from("foofoo");
    for (const [header, shorter] of [
      ["", true],
      ["; server_no_context_takeover", false],
    ] as const) {
      const face = made(Class, { isServer: true }, header);
      const [first, second] = [await compress(face, plain), await compress(face, plain)];
      assert.equal(second.length < first.length, shorter);
    }
  });

  test(`${name}: broken data is an error of zlib, and the next message begins anew`, async () => {
    const face = made(Class);
    await assert.rejects(decompress(face, Buffer.from("something invalid")), { errno: -3, code: "Z_DATA_ERROR" });
    assert.equal((await decompress(face, Buffer.from("f248cdc9c90700", "hex"))).toString(), "Hello");
  });

  test(`${name}: a message longer than maxPayload is an error`, async () => {
    const compressed = await compress(made(Class), Buffer.alloc(50, "A"));
    await assert.rejects(decompress(made(Class, { maxPayload: 25 }), compressed), {
      name: "RangeError",
      code: "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH",
      message: "Max payload size exceeded",
    });
    assert.equal((await decompress(made(Class, { maxPayload: 50 }), compressed)).length, 50);
  });

  test(`${name}: a message that ends with a final block is read, and the next one too`, async () => {
    const face = made(Class);
    const hello = Buffer.from("f348cdc9c90700", "hex");
    assert.equal((await decompress(face, hello)).toString(), "Hello");
    assert.equal((await decompress(face, hello)).toString(), "Hello");
  });

  test(`${name}: cleanup tells what is being compressed, on the next tick still`, async () => {
    for (const later of [(cleanup: () => void) => cleanup(), process.nextTick]) {
      for (const length of [50, 500_000]) {
        const face = made(Class);
        const failing = assert.rejects(compress(face, Buffer.alloc(length)), {
          message: "The deflate stream was closed while data was being processed",
        });
        later(() => face.cleanup());
        await failing;
      }
    }
  });
}

test("cleanup forgets what is being decompressed, and all can begin again", async () => {
  const face = made(PerMessageDeflate);
  const compressed = await compress(face, Buffer.alloc(500_000));
  face.decompress(compressed.subarray(0, 10), false, () => {});
  face.decompress(compressed.subarray(10), true, () => assert.fail("called after cleanup"));
  face.cleanup();
  assert.deepEqual(await decompress(face, await compress(face, Buffer.alloc(500_000))), Buffer.alloc(500_000));
});

test("errors carry the close code", async () => {
  const fault = await decompress(made(PerMessageDeflate), Buffer.from("something invalid")).catch((error) => error);
  assert.ok(isProtocolError(fault));
  assert.equal(closeCodeOf(fault), 1007);
});
