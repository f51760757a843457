/** A client of Socket.IO over the event stream of docs/streaming-transports.md, put together of npm's eventsource and socket.io-parser. */

import { EventSource } from "eventsource";
import { Decoder, Encoder, type Packet, PacketType } from "socket.io-parser";
import { type Event, Guest } from "./guests.ts";

const encoder = new Encoder();

/** @returns a client that answers its name to whoever wants an ack */
export function streamGuest(url: string, query: Readonly<Record<string, string>>): Guest {
  const guest = new Guest();
  const address = `${url}/socket.io/?${new URLSearchParams({ ...query, EIO: "4", transport: "eventsource" })}`;
  const source = new EventSource(address);
  const decoder = new Decoder();
  let sent: Promise<unknown> = Promise.resolve();
  const send = (...messages: readonly (string | Buffer)[]): void => {
    const body = messages.map((each) => (typeof each === "string" ? each : `b${each.toString("base64")}`)).join("\x1e");
    sent = sent.then(() => fetch(`${address}&sid=${sid}`, { method: "POST", body })).catch(() => {}); // one at a time
  };
  let sid = "";
  const leave = (): void => {
    source.close();
    guest.left();
  };
  decoder.on("decoded", ({ type, id, data }: Packet) => {
    if (type === PacketType.DISCONNECT) return leave();
    if (type !== PacketType.EVENT && type !== PacketType.BINARY_EVENT) return;
    guest.hear(data as Event);
    if (id === undefined) return;
    const [answer = ""] = encoder.encode({ type: PacketType.ACK, nsp: "/", id, data: [query.name] });
    send(`4${answer}`);
  });
  source.onmessage = ({ data }: { readonly data: string }) => {
    if (data.startsWith("b")) decoder.add(Buffer.from(data.slice(1), "base64"));
    else if (data.startsWith("4")) decoder.add(data.slice(1));
    else if (data === "2") send("3");
    else if (data === "1") leave();
    else if (data.startsWith("0")) {
      ({ sid } = JSON.parse(data.slice(1)));
      send("40");
    }
  };
  source.onerror = leave;
  guest.closeBy(() => source.close());
  return guest;
}
