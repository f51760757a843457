/** Frames as tests write them: hex to bytes, and a client's masked frames, made without the code under test. */

export function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(/[^0-9a-f]/g, ""), "hex");
}

export const text = 0x1;
export const binary = 0x2;
export const close = 0x8;
export const ping = 0x9;
export const pong = 0xa;
export const continuation = 0x0;

export interface FrameForm {
  fin?: boolean;
  /** Four bytes; undefined for none. */
  key?: readonly number[] | undefined;
  /** RSV1 to RSV3, as they lie in the first byte. */
  reserved?: number;
  /** Announced instead of the true length. */
  length?: number;
}

const someKey = [0x37, 0xfa, 0x21, 0x3d];

/** One frame as a client sends it. */
export function clientFrame(opcode: number, payload: string | Uint8Array = "", form: FrameForm = {}): Buffer {
  const bytes = Buffer.from(payload);
  const key = "key" in form ? form.key : someKey;
  const first = (form.fin === false ? 0 : 0x80) | (form.reserved ?? 0) | opcode;
  const head = [first, ...lengthBytes(form.length ?? bytes.length, key !== undefined), ...(key ?? [])];
  return Buffer.concat([Buffer.from(head), bytes.map((byte, at) => byte ^ (key?.[at & 3] ?? 0))]);
}

/** One frame as a server sends it. */
export function serverFrame(opcode: number, payload: string | Uint8Array = "", form: FrameForm = {}): Buffer {
  return clientFrame(opcode, payload, { ...form, key: undefined });
}

function lengthBytes(length: number, masked: boolean): number[] {
  const flag = masked ? 0x80 : 0;
  if (length < 126) return [flag | length];
  if (length < 0x10000) return [flag | 126, length >> 8, length & 0xff];
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return [flag | 127, ...bytes];
}

export function closePayload(code: number, reason: string | Uint8Array = ""): Buffer {
  return Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]);
}
