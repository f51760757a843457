/** WebSocket frames as a client sends them and as a server has to answer them, RFC 6455 §5.2. Pure: payload in, bytes out. */

/** Text or binary, with RSV1 (0x40) where the payload is compressed (RFC 7692 §6). */
export type Opcode = 1 | 2 | 0x41 | 0x42;

/** An unfragmented frame of a client. */
export function clientFrame(opcode: Opcode, payload: Uint8Array, maskingKey: number): Uint8Array {
  const header = headerOf(opcode, payload.length);
  const frame = new Uint8Array(header.length + 4 + payload.length);
  frame.set(header);
  frame[1] = frame[1]! | 0x80;
  const at = header.length;
  new DataView(frame.buffer).setUint32(at, maskingKey);
  for (let n = 0; n < payload.length; n++) frame[at + 4 + n] = payload[n]! ^ frame[at + (n & 3)]!; // §5.3
  return frame;
}

/** An unfragmented frame of a server. */
export function serverFrame(opcode: Opcode, payload: Uint8Array): Uint8Array {
  const header = headerOf(opcode, payload.length);
  const frame = new Uint8Array(header.length + payload.length);
  frame.set(header);
  frame.set(payload, header.length);
  return frame;
}

/** FIN, opcode and the length in as few bytes as it takes. */
function headerOf(opcode: Opcode, length: number): Uint8Array {
  if (length < 126) return Uint8Array.of(0x80 | opcode, length);
  if (length < 65_536) return Uint8Array.of(0x80 | opcode, 126, length >> 8, length & 0xff);
  const header = Uint8Array.of(0x80 | opcode, 127, 0, 0, 0, 0, 0, 0, 0, 0);
  new DataView(header.buffer).setBigUint64(2, BigInt(length));
  return header;
}
