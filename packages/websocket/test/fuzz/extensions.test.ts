/** Damaged lists of extensions and subprotocols: read, or refused with the documented error; in bounded time and memory. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { mutate } from "../../../../scripts/test/mutation.ts";
import { Random } from "../../../../scripts/test/random.ts";
import { acceptAnswer, acceptOffers, formatAgreement, formatOffer } from "../../src/protocol/deflate-offer.ts";
import { AnswerError } from "../../src/protocol/errors.ts";
import { formatExtensions, parseExtensions } from "../../src/protocol/extension.ts";
import { parseSubprotocols } from "../../src/protocol/subprotocol.ts";
import { heldBytes } from "./held-bytes.ts";

const mebibyte = 0x10_0000;
const runs = 20_000;
const words = [
  "permessage-deflate",
  ";",
  ",",
  "=",
  '"',
  "\\",
  " ",
  "\t",
  "__proto__",
  "constructor",
  "8",
  "15",
  "16",
  "a",
  "\0",
];
const names = [
  "server_no_context_takeover",
  "client_no_context_takeover",
  "server_max_window_bits",
  "client_max_window_bits",
];

function list(random: Random): Buffer {
  const offers = Array.from({ length: 1 + random.below(4) }, () => {
    const parameters = Array.from({ length: random.below(5) }, () => {
      const name = random.pick(names);
      return name.endsWith("bits") && random.below(3) > 0 ? `${name}=${random.pick(["8", "9", "15", '"10"'])}` : name;
    });
    return [random.pick(["permessage-deflate", "permessage-deflate", "x-other"]), ...parameters].join("; ");
  });
  return Buffer.from(offers.join(", "));
}

/** Of errors, only this kind. */
function orFails<T>(kind: abstract new (...args: never) => Error, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    assert.ok(error instanceof kind, String(error));
    return undefined;
  }
}

const policies = [
  {},
  { serverNoContextTakeover: true, clientNoContextTakeover: true },
  { serverMaxWindowBits: 10, clientMaxWindowBits: 9 },
  { serverMaxWindowBits: false, clientMaxWindowBits: false, serverNoContextTakeover: false },
];

test(`${runs} damaged lists are read, or refused as documented, and what is agreed on fits a window`, () => {
  const random = new Random(91);
  let [read, agreed] = [0, 0];
  const before = heldBytes();
  for (let n = 0; n < runs; n++) {
    const good = list(random);
    const header = (random.below(4) === 0 ? good : mutate(random, good, words)).toString("latin1");
    const policy = random.pick(policies);
    orFails(SyntaxError, () => parseSubprotocols(header));
    orFails(AnswerError, () => acceptAnswer(header, policy));
    const extensions = orFails(SyntaxError, () => parseExtensions(header));
    if (extensions === undefined) continue;
    read++;
    assert.equal(Object.getPrototypeOf(extensions), null);
    assert.deepEqual(parseExtensions(formatExtensions(extensions)), extensions);
    const agreement = acceptOffers(extensions["permessage-deflate"] ?? [], policy);
    if (agreement === undefined) continue;
    agreed++;
    const { server_max_window_bits: server = 15, client_max_window_bits: client = 15 } = agreement;
    for (const bits of [server, client]) assert.ok(bits >= 8 && bits <= 15, header);
    assert.ok(parseExtensions(formatAgreement(agreement)));
  }
  assert.ok(read > runs / 10 && agreed > runs / 20, `${read} read, ${agreed} agreed`);
  assert.ok(heldBytes() - before < 8 * mebibyte);
});

test("what the server agrees on, a client that offered it takes", () => {
  for (const server of policies) {
    for (const client of policies) {
      const offers = parseExtensions(formatOffer(client))["permessage-deflate"] ?? [];
      const agreement = acceptOffers(offers, server);
      if (agreement === undefined) continue;
      assert.deepEqual(acceptAnswer(formatAgreement(agreement), client), agreement);
    }
  }
});
