/** A WebSocket as a link (wires: "Envelope"). */

import { base64, parseFrame } from "./frame.ts";
import type { Link, LinkOptions } from "./link.ts";
import type { WebSocketLike } from "./options.ts";

export function webSocket({ url, token, options, receive, end }: LinkOptions): Link {
  const protocols = ["anywire.v1"];
  if (token) protocols.push(`bearer.${base64(new TextEncoder().encode(token)).replace(/[+/=]/g, urlSafe)}`);
  const ws: WebSocketLike = new (options.WebSocket ?? globalThis.WebSocket)(url.href.replace(/^http/, "ws"), protocols);
  ws.binaryType = "arraybuffer";
  ws.onmessage = ({ data }: { data: string | ArrayBuffer }) =>
    receive(typeof data === "string" ? parseFrame(data) : { event: "message", args: [new Uint8Array(data)] });
  ws.onclose = ({ code, reason }: { code: number; reason: string }) =>
    end(reason || "transport close", /100[23789]/.test(`${code}`));
  ws.onerror = () => {}; // `close` follows; ws throws where nobody listens
  return { send: (text) => ws.send(text), close: () => ws.close() };
}

/** RFC 4648 §5; padding is not needed. */
function urlSafe(character: string): string {
  return { "+": "-", "/": "_" }[character] ?? "";
}
