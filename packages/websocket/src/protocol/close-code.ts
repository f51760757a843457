/** Close codes: RFC 6455 §7.4 and the IANA registry "WebSocket Close Code Number". */

export const closeCode = {
  normalClosure: 1000,
  goingAway: 1001,
  protocolError: 1002,
  unsupportedData: 1003,
  /** Only seen: the close frame carried no code (§7.1.5). */
  noStatus: 1005,
  /** Only seen: the connection ended without a close frame (§7.1.5). */
  abnormalClosure: 1006,
  invalidPayload: 1007,
  policyViolation: 1008,
  messageTooBig: 1009,
  mandatoryExtension: 1010,
  internalError: 1011,
  serviceRestart: 1012,
  tryAgainLater: 1013,
  badGateway: 1014,
  /** Only seen: TLS failed before the opening handshake. */
  tlsHandshake: 1015,
  unauthorized: 3000,
  forbidden: 3003,
  timeout: 3008,
} as const;

/** Registered, yet never in a frame: 1004 has no meaning, the others are told to the program alone (§7.4.1). */
const neverSent: ReadonlySet<number> = new Set([
  1004,
  closeCode.noStatus,
  closeCode.abnormalClosure,
  closeCode.tlsHandshake,
]);

/**
 * Whether a close frame may carry `code`: those registered below 2000, all of 3000 to 3999 (libraries and frameworks,
 * by registration) and of 4000 to 4999 (private use); 1016 to 2999 are kept for the protocol itself (§7.4.2).
 */
export function maySendCloseCode(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  return (code >= 1000 && code <= 1014 && !neverSent.has(code)) || (code >= 3000 && code <= 4999);
}
