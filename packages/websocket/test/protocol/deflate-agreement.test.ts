/** permessage-deflate, RFC 7692 §7.1: random policies on both sides, beside ws. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../../../scripts/test/random.ts";
import {
  acceptAnswer,
  acceptOffers,
  type DeflatePolicy,
  deflateName,
  formatAgreement,
  formatOffer,
  normalizeParameters,
} from "../../src/protocol/deflate-offer.ts";
import { AnswerError } from "../../src/protocol/errors.ts";
import { type ExtensionParameters, parseExtensions } from "../../src/protocol/extension.ts";
import { outcome, PerMessageDeflate } from "./peer.ts";

const random = new Random(7692);
const parts = [
  "server_no_context_takeover",
  "client_no_context_takeover",
  "client_max_window_bits",
  ...[8, 10, 12, 15].flatMap((bits) => [`server_max_window_bits=${bits}`, `client_max_window_bits=${bits}`]),
  "unknown",
  "server_max_window_bits=16",
];

function randomText(): string {
  const set = (): string =>
    [deflateName, ...Array.from({ length: random.below(4) }, () => random.pick(parts))].join("; ");
  return Array.from({ length: 1 + random.below(3) }, set).join(", ");
}

function randomPolicy(): DeflatePolicy {
  return {
    serverNoContextTakeover: random.pick([undefined, true, false]),
    clientNoContextTakeover: random.pick([undefined, true, false]),
    serverMaxWindowBits: random.pick([undefined, false, 8, 10, 12, 15]),
    clientMaxWindowBits: random.pick([undefined, true, false, 8, 10, 12, 15]),
  };
}

test("random good offers are taken, or not, as ws does it, and the agreement answers the offer", () => {
  let taken = 0;
  for (let n = 0; n < 20_000; n++) {
    const [text, policy] = [randomText(), randomPolicy()];
    const read = (): ExtensionParameters[] => parseExtensions(text)[deflateName] ?? [];
    const good = read().every((each) => typeof outcome(() => normalizeParameters(each, "server")) === "object");
    const ours = acceptOffers(read(), policy);
    if (ours !== undefined) taken++;
    if (!good) continue; // ws refuses the connection
    const peer = new PerMessageDeflate({ ...policy, isServer: true });
    const theirs = outcome(() => ({ ...peer.accept(read()) }));
    assert.deepEqual(ours ?? "Error: None of the extension offers can be accepted", theirs, text);
  }
  assert.ok(taken > 1000);
});

test("what a server agrees on, the client that offered it can take", () => {
  for (let n = 0; n < 20_000; n++) {
    const [client, server] = [randomPolicy(), randomPolicy()];
    const agreement = acceptOffers(parseExtensions(formatOffer(client))[deflateName] ?? [], server);
    if (agreement === undefined) continue;
    if (client.clientNoContextTakeover === false && agreement.client_no_context_takeover) continue; // the client's choice
    const own = acceptAnswer(formatAgreement(agreement), client);
    assert.equal(own.server_no_context_takeover, agreement.server_no_context_takeover);
    assert.equal(own.server_max_window_bits, agreement.server_max_window_bits);
    assert.ok((own.client_max_window_bits ?? 15) <= (agreement.client_max_window_bits ?? 15));
    const theirs = new PerMessageDeflate(client).accept(parseExtensions(formatAgreement(agreement))[deflateName]);
    const hinted = client.clientNoContextTakeover === true ? { client_no_context_takeover: true } : {};
    assert.deepEqual(own, { ...theirs, ...hinted });
  }
});

test("random answers end in an agreement or in an AnswerError", () => {
  for (let n = 0; n < 20_000; n++) {
    const text = random.below(4) === 0 ? `${randomText()}, x` : randomText();
    try {
      acceptAnswer(text, randomPolicy());
    } catch (error) {
      assert.ok(error instanceof AnswerError, String(error));
    }
  }
});

test("a header full of bad offers is declined in the time that it takes to read it", () => {
  const offered = parseExtensions(Array(50_000).fill(`${deflateName}; server_max_window_bits=16`).join(","))[
    deflateName
  ];
  const before = performance.now();
  assert.equal(acceptOffers(offered ?? [], {}), undefined);
  assert.ok(performance.now() - before < 1000);
});
