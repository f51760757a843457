/** The other side of permessage-deflate, made of zlib's own streams, which keep their windows from message to message. */

import {
  constants,
  createDeflateRaw,
  createInflateRaw,
  type DeflateRaw,
  type InflateRaw,
  type ZlibOptions,
} from "node:zlib";

const tail = Buffer.from([0, 0, 0xff, 0xff]);

/** What one direction agreed on. */
export interface PeerWindow {
  bits: number;
  takeover: boolean;
  dictionary?: Buffer;
}

function zlibOptions({ bits, dictionary }: PeerWindow): ZlibOptions {
  return dictionary === undefined ? { windowBits: bits } : { windowBits: bits, dictionary };
}

export class ZlibPeer {
  private readonly inflating: InflateRaw;
  private readonly deflating: DeflateRaw;
  private readonly windows: { theirs: PeerWindow; own: PeerWindow };

  /** @param windows `theirs` is what it inflates with, `own` what it deflates with */
  constructor(windows: { theirs: PeerWindow; own: PeerWindow }) {
    this.windows = windows;
    this.inflating = createInflateRaw(zlibOptions(windows.theirs));
    this.deflating = createDeflateRaw(zlibOptions(windows.own));
  }

  /** The plaintext of a frame; the last of its message with `fin`. */
  async inflate(payload: Buffer, fin = true): Promise<Buffer> {
    const plain = await through(this.inflating, fin ? Buffer.concat([payload, tail]) : payload);
    if (fin && !this.windows.theirs.takeover) this.inflating.reset();
    return plain;
  }

  /** A whole compressed message. */
  async deflate(plain: Buffer): Promise<Buffer> {
    const payload = await through(this.deflating, plain);
    if (!this.windows.own.takeover) this.deflating.reset();
    return payload.subarray(0, -tail.length);
  }

  close(): void {
    this.inflating.close();
    this.deflating.close();
  }
}

async function through(stream: InflateRaw | DeflateRaw, data: Buffer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const collect = (chunk: Buffer): void => void chunks.push(chunk);
  stream.on("data", collect);
  stream.write(data);
  await new Promise<void>((resolve, reject) => {
    stream.once("error", reject);
    stream.flush(constants.Z_SYNC_FLUSH, () => {
      stream.off("error", reject);
      resolve();
    });
  });
  stream.off("data", collect);
  return Buffer.concat(chunks);
}
