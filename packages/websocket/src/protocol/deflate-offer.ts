/** What is agreed on permessage-deflate, RFC 7692 §7.1: offers and answers. Pure; the texts of errors are those of ws. */

import { AnswerError } from "./errors.ts";
import { type ExtensionParameters, formatExtensions, parseExtensions } from "./extension.ts";

/** The extension's name on the wire (RFC 7692 §7). */
export const deflateName = "permessage-deflate";

/** What was agreed on. Names are the wire's. */
export interface DeflateParameters {
  /** The server forgets its window after each message (§7.1.1.1). */
  server_no_context_takeover?: true;
  /** The client forgets its window after each message (§7.1.1.2). */
  client_no_context_takeover?: true;
  /** The server's window holds 2 to this power bytes, 15 if not said (§7.1.2.1). */
  server_max_window_bits?: number;
  /** The client's window (§7.1.2.2). */
  client_max_window_bits?: number;
}

/** What one peer wrote. In an offer, `client_max_window_bits` may come without a value (§7.1.2.2). */
export interface DeflateConfiguration extends Omit<DeflateParameters, "client_max_window_bits"> {
  client_max_window_bits?: number | true;
}

/** What a side wants, with the names and the meaning that the options of ws have. */
export interface DeflatePolicy {
  /** A client asks for it, a server insists on it; a server refuses offers that ask for it with `false`. */
  readonly serverNoContextTakeover?: boolean | undefined;
  /** A client hints at it, a server insists on it; a client refuses answers that ask for it with `false`. */
  readonly clientNoContextTakeover?: boolean | undefined;
  /** 8 to 15: the server's window. A server refuses offers that limit it further, or at all with `false`. */
  readonly serverMaxWindowBits?: number | boolean | undefined;
  /** 8 to 15: the client's window. `false`: a client does not let the server limit it, a server never does. */
  readonly clientMaxWindowBits?: number | boolean | undefined;
}

/** Who reads: a server reads offers, a client answers. */
export type Side = "server" | "client";

/** The first offer that can be taken, and how. Undefined: none can, and the connection goes uncompressed (RFC 7692 §5). */
export function acceptOffers(
  offers: readonly ExtensionParameters[],
  policy: DeflatePolicy,
): DeflateParameters | undefined {
  for (const parameters of offers) {
    const offer: DeflateConfiguration = {};
    const fault = readParameters(offer, parameters, "server");
    if (fault === undefined && isAcceptable(offer, policy)) return settle(offer, policy);
  }
  return undefined;
}

/** The server's answer as a header. */
export function formatAgreement(parameters: DeflateParameters): string {
  return formatExtensions({ [deflateName]: { ...parameters } });
}

/** The client's offer as a header. */
export function formatOffer(policy: DeflatePolicy): string {
  return formatExtensions({ [deflateName]: { ...createOffer(policy) } });
}

/**
 * Reads the header with which the server answered the offer of this policy.
 * @throws {AnswerError} with the text of ws
 */
export function acceptAnswer(header: string, policy: DeflatePolicy): DeflateParameters {
  const extensions = orRefuse(() => parseExtensions(header));
  const unasked = Object.keys(extensions).some((name) => name !== deflateName);
  const [answer, second] = extensions[deflateName] ?? [];
  if (unasked) throw new AnswerError("WS_ERR_ANSWER_EXTENSION_UNASKED"); // RFC 6455 §4.1, 5
  if (answer === undefined || second !== undefined) throw new AnswerError("WS_ERR_ANSWER_EXTENSIONS"); // RFC 6455 §9.1
  return orRefuse(() => acceptAsClient(normalizeParameters(answer, "client"), policy)); // RFC 7692 §7.1
}

function orRefuse<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new AnswerError("WS_ERR_ANSWER_EXTENSIONS", { cause });
  }
}

/** The parameters of the client's offer. */
export function createOffer(policy: DeflatePolicy): DeflateConfiguration {
  const clientBits = policy.clientMaxWindowBits ?? true;
  const offer: DeflateConfiguration = {};
  if (policy.serverNoContextTakeover === true) offer.server_no_context_takeover = true; // §7.1.1.1
  if (policy.clientNoContextTakeover === true) offer.client_no_context_takeover = true; // §7.1.1.2
  if (typeof policy.serverMaxWindowBits === "number") offer.server_max_window_bits = policy.serverMaxWindowBits; // §7.1.2.1
  if (clientBits !== false) offer.client_max_window_bits = clientBits; // §7.1.2.2
  return offer;
}

/**
 * Reads an offer as a server, or an answer as a client.
 * @throws {Error} if a parameter is unknown or named twice
 * @throws {TypeError} if its value is none of this parameter's
 */
export function normalizeParameters(parameters: ExtensionParameters, reader: Side): DeflateConfiguration {
  const configuration: DeflateConfiguration = {};
  const fault = readParameters(configuration, parameters, reader);
  if (fault !== undefined) throw new fault.Base(fault.text);
  return configuration;
}

/** Takes the first of the offers that it can. @throws {Error} if it can take none */
export function acceptAsServer(offers: readonly DeflateConfiguration[], policy: DeflatePolicy): DeflateParameters {
  const offer = offers.find((each) => isAcceptable(each, policy));
  if (offer === undefined) throw new Error("None of the extension offers can be accepted");
  return settle(offer, policy);
}

/** Takes the answer to the offer of this policy. @throws {Error} if it does not fit the offer */
export function acceptAsClient(answer: DeflateConfiguration, policy: DeflatePolicy): DeflateParameters {
  const { client_max_window_bits: answered, ...agreed } = answer;
  const { serverMaxWindowBits: asked, clientMaxWindowBits: offered } = policy;
  const resets = policy.serverNoContextTakeover !== true || answer.server_no_context_takeover === true;
  const mayReset = policy.clientNoContextTakeover !== false || answer.client_no_context_takeover === undefined;
  const mayLimit = answered === undefined || (answered !== true && offered !== false && answered <= atMost(offered));

  must(resets, 'Missing parameter "server_no_context_takeover"'); // §7.1.1.1
  must(mayReset, 'Unexpected parameter "client_no_context_takeover"'); // §7.1.1.2
  must((agreed.server_max_window_bits ?? 15) <= atMost(asked), 'Missing or invalid parameter "server_max_window_bits"'); // §7.1.2.1
  must(mayLimit, 'Unexpected or invalid parameter "client_max_window_bits"'); // §7.1.2.2

  if (policy.clientNoContextTakeover === true) agreed.client_no_context_takeover = true; // §7.1.1.2: it said so
  const bits = answered ?? offered;
  return typeof bits === "number" ? { ...agreed, client_max_window_bits: bits } : agreed;
}

/** Whether the server can do what the offer asks for, and the client what the server insists on. */
function isAcceptable(offer: DeflateConfiguration, policy: DeflatePolicy): boolean {
  const { serverMaxWindowBits: server, clientMaxWindowBits: client } = policy;
  const { server_max_window_bits: asked, client_max_window_bits: offered = 0 } = offer;
  if (offer.server_no_context_takeover && policy.serverNoContextTakeover === false) return false; // §7.1.1.1
  if (asked !== undefined && server === false) return false; // §7.1.2.1
  if (asked !== undefined && typeof server === "number" && server > asked) return false; // §7.1.2.1
  return typeof client !== "number" || client <= (offered === true ? 15 : offered); // §7.1.2.2
}

/** What is agreed on by an acceptable offer. */
function settle(offer: DeflateConfiguration, policy: DeflatePolicy): DeflateParameters {
  const { client_max_window_bits: offered, ...agreed } = offer;
  const { serverMaxWindowBits: server, clientMaxWindowBits: client } = policy;
  if (policy.serverNoContextTakeover === true) agreed.server_no_context_takeover = true; // §7.1.1.1
  if (policy.clientNoContextTakeover === true) agreed.client_no_context_takeover = true; // §7.1.1.2
  if (typeof server === "number") agreed.server_max_window_bits = server; // §7.1.2.1
  const bits = typeof client === "number" ? client : offered;
  return typeof bits === "number" && client !== false ? { ...agreed, client_max_window_bits: bits } : agreed; // §7.1.2.2
}

interface Fault {
  readonly Base: ErrorConstructor;
  readonly text: string;
}

/** Fills `into`, or says what is wrong; thrown by nobody here, since a header has room for a thousand bad offers. */
function readParameters(into: DeflateConfiguration, from: ExtensionParameters, reader: Side): Fault | undefined {
  for (const [name, [value = true, second]] of Object.entries(from)) {
    if (second !== undefined) return { Base: Error, text: `Parameter "${name}" must have only a single value` }; // §7.1
    switch (name) {
      case "server_no_context_takeover": // §7.1.1.1
      case "client_no_context_takeover": // §7.1.1.2
        if (value !== true) return invalid(name, value);
        into[name] = value;
        break;
      case "server_max_window_bits": // §7.1.2.1
        if (!isWindowBits(value)) return invalid(name, value);
        into[name] = Number(value);
        break;
      case "client_max_window_bits": // §7.1.2.2
        if (!isWindowBits(value) && (value !== true || reader === "client")) return invalid(name, value);
        into[name] = value === true || Number(value);
        break;
      default:
        return { Base: Error, text: `Unknown parameter "${name}"` }; // §7.1
    }
  }
  return undefined;
}

function invalid(name: string, value: string | true): Fault {
  return { Base: TypeError, text: `Invalid value for parameter "${name}": ${value}` };
}

/** 8 to 15, without leading zeros (§7.1.2). */
function isWindowBits(value: string | true): boolean {
  return /^(?:[89]|1[0-5])$/.test(String(value));
}

function atMost(bits: number | boolean | undefined): number {
  return typeof bits === "number" ? bits : 15;
}

function must(holds: boolean, text: string): void {
  if (!holds) throw new Error(text);
}
