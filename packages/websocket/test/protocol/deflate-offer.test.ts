/** permessage-deflate, RFC 7692 §7.1: each rule has an offer or an answer that breaks it; the rest is as in ws. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  acceptAnswer,
  acceptAsClient,
  acceptAsServer,
  acceptOffers,
  createOffer,
  type DeflateParameters,
  type DeflatePolicy,
  deflateName,
  formatAgreement,
  formatOffer,
  normalizeParameters,
} from "../../src/protocol/deflate-offer.ts";
import { AnswerError } from "../../src/protocol/errors.ts";
import { type ExtensionParameters, parseExtensions } from "../../src/protocol/extension.ts";
import { PerMessageDeflate } from "./peer.ts";

/** Short, for the tables. */
const headerOf = (text: string): string => text.replaceAll(/\bpmd\b/g, deflateName);
const parametersOf = (text: string): ExtensionParameters[] => parseExtensions(headerOf(text))[deflateName] ?? [];

const agreed: [name: string, offers: string, policy: DeflatePolicy, agreement: DeflateParameters][] = [
  ["nothing asked for", "pmd", {}, {}],
  ["a client whose window may be limited, and is not", "pmd; client_max_window_bits", {}, {}],
  ["no context of the server's", "pmd; server_no_context_takeover", {}, { server_no_context_takeover: true }],
  ["no context of the client's", "pmd; client_no_context_takeover", {}, { client_no_context_takeover: true }],
  ["a small window of the server's", "pmd; server_max_window_bits=8", {}, { server_max_window_bits: 8 }],
  ["a small window of the client's", "pmd; client_max_window_bits=9", {}, { client_max_window_bits: 9 }],
  ["a value in quotes", 'pmd; client_max_window_bits="1\\0"', {}, { client_max_window_bits: 10 }],
  ["a server that wants no context", "pmd", { serverNoContextTakeover: true }, { server_no_context_takeover: true }],
  [
    "a server that lets nobody have context",
    "pmd",
    { clientNoContextTakeover: true },
    { client_no_context_takeover: true },
  ],
  ["a server with a small window", "pmd", { serverMaxWindowBits: 10 }, { server_max_window_bits: 10 }],
  [
    "the smaller of two windows",
    "pmd; server_max_window_bits=12; client_max_window_bits=12",
    { serverMaxWindowBits: 10, clientMaxWindowBits: 11 },
    { server_max_window_bits: 10, client_max_window_bits: 11 },
  ],
  [
    "a limit for a client that can have one",
    "pmd; client_max_window_bits",
    { clientMaxWindowBits: 11 },
    { client_max_window_bits: 11 },
  ],
  ["a server that limits no client", "pmd; client_max_window_bits=10", { clientMaxWindowBits: false }, {}],
  [
    "the second offer, as the first asks for too much",
    "pmd; server_max_window_bits=10, pmd; client_no_context_takeover",
    { serverMaxWindowBits: 11 },
    { client_no_context_takeover: true, server_max_window_bits: 11 },
  ],
  ["the first offer of two that can be taken", "pmd; client_max_window_bits=9, pmd", {}, { client_max_window_bits: 9 }],
];

for (const [name, offers, policy, agreement] of agreed) {
  test(`agrees on ${name}`, () => {
    assert.deepEqual(acceptOffers(parametersOf(offers), policy), agreement);
    const peer = new PerMessageDeflate({ ...policy, isServer: true });
    assert.deepEqual({ ...peer.accept(parametersOf(offers)) }, agreement);
  });
}

const declined: [name: string, offer: string, policy: DeflatePolicy][] = [
  ["no context, which this server needs", "pmd; server_no_context_takeover", { serverNoContextTakeover: false }],
  ["a window smaller than the server's", "pmd; server_max_window_bits=10", { serverMaxWindowBits: 11 }],
  ["any window, which this server does not choose", "pmd; server_max_window_bits=15", { serverMaxWindowBits: false }],
  ["a client whose window cannot be limited (§7.1.2.2)", "pmd", { clientMaxWindowBits: 15 }],
  ["a client with less than the limit", "pmd; client_max_window_bits=9", { clientMaxWindowBits: 10 }],
];
for (const [name, offer, policy] of declined) {
  test(`declines ${name}`, () => {
    assert.equal(acceptOffers(parametersOf(offer), policy), undefined);
    const offers = [normalizeParameters(parametersOf(offer)[0]!, "server")];
    assert.throws(() => acceptAsServer(offers, policy), { message: "None of the extension offers can be accepted" });
  });
}

const windowBits = ["7", "16", "0", "08", "015", "010", "+8", "-8", "8.0", "1e1", "0xa", "999", "10a", "true"];

/** Bad in an offer as in an answer (§7.1). */
const bad: [parameters: string, name: string, message: string][] = [
  ["unknown", "Error", 'Unknown parameter "unknown"'],
  ["unknown=1", "Error", 'Unknown parameter "unknown"'],
  ["__proto__", "Error", 'Unknown parameter "__proto__"'],
  ["constructor", "Error", 'Unknown parameter "constructor"'],
  ["toString=8", "Error", 'Unknown parameter "toString"'],
  ["Server_No_Context_Takeover", "Error", 'Unknown parameter "Server_No_Context_Takeover"'],
  ["server_max_window_bits", "TypeError", 'Invalid value for parameter "server_max_window_bits": true'],
  ...["server_no_context_takeover", "client_no_context_takeover"].flatMap((name): typeof bad => [
    [`${name}; ${name}`, "Error", `Parameter "${name}" must have only a single value`],
    [`${name}=1`, "TypeError", `Invalid value for parameter "${name}": 1`],
    [`${name}=true`, "TypeError", `Invalid value for parameter "${name}": true`],
  ]),
  ...["server_max_window_bits", "client_max_window_bits"].flatMap((name): typeof bad => [
    [`${name}=8; ${name}=8`, "Error", `Parameter "${name}" must have only a single value`],
    ...windowBits.map((bits): (typeof bad)[0] => [
      `${name}=${bits}`,
      "TypeError",
      `Invalid value for parameter "${name}": ${bits}`,
    ]),
  ]),
];

for (const [parameters, name, message] of bad) {
  const text = `pmd; ${parameters}`;
  test(`declines an offer of ${parameters}, and takes the next good one`, () => {
    assert.equal(acceptOffers(parametersOf(text), {}), undefined);
    const more = `${text}, ${text}, pmd; client_max_window_bits=9`;
    assert.deepEqual(acceptOffers(parametersOf(more), {}), { client_max_window_bits: 9 });
    assert.throws(() => normalizeParameters(parametersOf(text)[0]!, "server"), { name, message });
  });
  test(`refuses an answer of ${parameters}`, () => {
    assert.throws(() => acceptAnswer(headerOf(text), {}), { message: "Invalid Sec-WebSocket-Extensions header" });
    assert.throws(() => normalizeParameters(parametersOf(text)[0]!, "client"), { name, message });
  });
}

test("an empty value declines an offer too, if a parser lets it through", () => {
  assert.equal(acceptOffers([{ server_max_window_bits: [""] }], {}), undefined);
});

test("offers of other extensions are no offers", () => {
  assert.equal(
    acceptOffers(parametersOf("x-webkit-deflate-frame, permessage-bzip2; client_max_window_bits"), {}),
    undefined,
  );
});

const offers: [policy: DeflatePolicy, header: string][] = [
  [{}, "pmd; client_max_window_bits"],
  [{ clientMaxWindowBits: true }, "pmd; client_max_window_bits"],
  [{ clientMaxWindowBits: 9 }, "pmd; client_max_window_bits=9"],
  [{ clientMaxWindowBits: false }, "pmd"],
  [{ serverMaxWindowBits: 10, clientMaxWindowBits: false }, "pmd; server_max_window_bits=10"],
  [{ serverNoContextTakeover: false, clientNoContextTakeover: false }, "pmd; client_max_window_bits"],
  [
    { serverNoContextTakeover: true, clientNoContextTakeover: true },
    "pmd; server_no_context_takeover; client_no_context_takeover; client_max_window_bits",
  ],
];
for (const [policy, header] of offers) {
  test(`a client with ${JSON.stringify(policy)} offers ${header}`, () => {
    assert.equal(formatOffer(policy), headerOf(header));
    assert.deepEqual(createOffer(policy), new PerMessageDeflate(policy).offer());
  });
}

test("a server's window is never asked for without a size, which has no meaning (§7.1.2.1)", () => {
  assert.equal(formatOffer({ serverMaxWindowBits: true, clientMaxWindowBits: false }), deflateName);
});

test("the answer is written as it was agreed on", () => {
  const answer = formatAgreement({ server_no_context_takeover: true, server_max_window_bits: 10 });
  assert.equal(answer, "permessage-deflate; server_no_context_takeover; server_max_window_bits=10");
  assert.equal(formatAgreement({}), "permessage-deflate");
});

const answered: [name: string, answer: string, policy: DeflatePolicy, agreement: DeflateParameters][] = [
  ["nothing more", "pmd", {}, {}],
  [
    "limits that were not asked for",
    "pmd; server_no_context_takeover; server_max_window_bits=9",
    {},
    {
      server_no_context_takeover: true,
      server_max_window_bits: 9,
    },
  ],
  ["a limit of the client", "pmd; client_max_window_bits=9", {}, { client_max_window_bits: 9 }],
  [
    "less than was offered",
    "pmd; client_max_window_bits=9",
    { clientMaxWindowBits: 10 },
    { client_max_window_bits: 9 },
  ],
  ["no limit, so that the client's own holds", "pmd", { clientMaxWindowBits: 10 }, { client_max_window_bits: 10 }],
  [
    "no word on what the client said it does (§7.1.1.2)",
    "pmd",
    { clientNoContextTakeover: true },
    { client_no_context_takeover: true },
  ],
  [
    "as much as was asked for",
    "pmd; server_max_window_bits=10",
    { serverMaxWindowBits: 10 },
    { server_max_window_bits: 10 },
  ],
  ["the whole window, named or not", "pmd", { serverMaxWindowBits: 15 }, {}],
];
for (const [name, answer, policy, agreement] of answered) {
  test(`takes an answer with ${name}`, () => assert.deepEqual(acceptAnswer(headerOf(answer), policy), agreement));
}

const unfit: [answer: string, policy: DeflatePolicy, message: string][] = [
  ["pmd", { serverNoContextTakeover: true }, 'Missing parameter "server_no_context_takeover"'],
  [
    "pmd; client_no_context_takeover",
    { clientNoContextTakeover: false },
    'Unexpected parameter "client_no_context_takeover"',
  ],
  ["pmd", { serverMaxWindowBits: 14 }, 'Missing or invalid parameter "server_max_window_bits"'],
  [
    "pmd; server_max_window_bits=11",
    { serverMaxWindowBits: 10 },
    'Missing or invalid parameter "server_max_window_bits"',
  ],
  [
    "pmd; client_max_window_bits=15",
    { clientMaxWindowBits: false },
    'Unexpected or invalid parameter "client_max_window_bits"',
  ],
  [
    "pmd; client_max_window_bits=11",
    { clientMaxWindowBits: 10 },
    'Unexpected or invalid parameter "client_max_window_bits"',
  ],
];
for (const [answer, policy, message] of unfit) {
  test(`refuses ${answer} as an answer to ${JSON.stringify(policy)}`, () => {
    const parameters = normalizeParameters(parametersOf(answer)[0]!, "client");
    assert.throws(() => acceptAsClient(parameters, policy), { name: "Error", message });
    const refusal = { code: "WS_ERR_ANSWER_EXTENSIONS", message: "Invalid Sec-WebSocket-Extensions header" };
    assert.throws(() => acceptAnswer(headerOf(answer), policy), refusal);
  });
}

const misanswered: [name: string, header: string, message: string][] = [
  ["an empty header", "", "Invalid Sec-WebSocket-Extensions header"],
  [
    "a header that ends in a quoted string",
    'pmd; client_max_window_bits="1',
    "Invalid Sec-WebSocket-Extensions header",
  ],
  [
    "client_max_window_bits without a value (§7.1.2.2)",
    "pmd; client_max_window_bits",
    "Invalid Sec-WebSocket-Extensions header",
  ],
  ["the extension twice", "pmd, pmd", "Invalid Sec-WebSocket-Extensions header"],
  ["the extension twice, the second time well", "pmd; unknown, pmd", "Invalid Sec-WebSocket-Extensions header"],
  ["another extension", "x-foo", "Server indicated an extension that was not requested"],
  ["one extension more", "pmd, x-foo", "Server indicated an extension that was not requested"],
  ["the extension in another case", "PerMessage-Deflate", "Server indicated an extension that was not requested"],
  ["__proto__", "__proto__", "Server indicated an extension that was not requested"],
];
for (const [name, header, message] of misanswered) {
  test(`refuses an answer of ${name}`, () => {
    assert.throws(
      () => acceptAnswer(headerOf(header), {}),
      (error) => error instanceof AnswerError && error.message === message,
    );
  });
}
