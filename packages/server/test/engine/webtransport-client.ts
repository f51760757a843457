/** A client of Engine.IO over WebTransport, by hand: what it sends and gets are packets as text, or bytes. */

import { type MemoryServerEnd, MemoryWebTransport } from "../../../../scripts/test/memory-webtransport.ts";

export class WebTransportClient {
  readonly transport: MemoryWebTransport;
  private readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private bytes: Buffer = Buffer.alloc(0);

  private constructor(
    transport: MemoryWebTransport,
    stream: Awaited<ReturnType<MemoryWebTransport["createBidirectionalStream"]>>,
  ) {
    this.transport = transport;
    this.writer = stream.writable.getWriter();
    this.reader = stream.readable.getReader();
  }

  static async open(accept: (end: MemoryServerEnd) => void): Promise<WebTransportClient> {
    const transport = new MemoryWebTransport("", accept);
    return new WebTransportClient(transport, await transport.createBidirectionalStream());
  }

  /** In one chunk. */
  async send(...packets: (string | Uint8Array)[]): Promise<void> {
    await this.write(Buffer.concat(packets.map(frameOf)));
  }

  /** As it is. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.writer.write(bytes).catch(() => {});
  }

  /** The next packet; undefined at the end. */
  async next(): Promise<string | Buffer | undefined> {
    for (;;) {
      const frame = this.takeFrame();
      if (frame !== undefined) return frame;
      const { done, value } = await this.reader.read();
      if (done) return undefined;
      this.bytes = Buffer.concat([this.bytes, value]);
    }
  }

  private takeFrame(): string | Buffer | undefined {
    const [first] = this.bytes;
    if (first === undefined) return undefined;
    const short = first & 0x7f;
    const head = short < 126 ? 1 : short === 126 ? 3 : 9;
    if (this.bytes.length < head) return undefined;
    const length = head === 1 ? short : this.bytes.readUIntBE(head === 3 ? 1 : 3, head === 3 ? 2 : 6);
    if (this.bytes.length < head + length) return undefined;
    const body = this.bytes.subarray(head, head + length);
    this.bytes = this.bytes.subarray(head + length);
    return first >= 0x80 ? body : body.toString();
  }
}

function frameOf(packet: string | Uint8Array): Buffer {
  const body = Buffer.from(packet);
  const bit = typeof packet === "string" ? 0 : 0x80;
  if (body.length < 126) return Buffer.concat([Buffer.from([bit | body.length]), body]);
  const head = Buffer.alloc(body.length < 65_536 ? 3 : 9);
  head[0] = bit | (head.length === 3 ? 126 : 127);
  head.writeUIntBE(body.length, head.length === 3 ? 1 : 3, head.length === 3 ? 2 : 6);
  return Buffer.concat([head, body]);
}
