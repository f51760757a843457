/** Connects over the plain wire, comes back by itself, and goes on where it was (delivery). */

import type { DefaultEventsMap, EventsMap } from "@anywire/protocol/emitter";
import { coded } from "./coded.ts";
import { openLink } from "./link.ts";
import { listeners } from "./listeners.ts";
import type { PlainOptions } from "./options.ts";
import { outbox } from "./outbox.ts";
import type { PlainSocket, SocketParts } from "./plain-socket.ts";
import { receive } from "./receive.ts";

/**
 * @param address `http:` or `https:`, of the plain wire: `https://example.com/anywire`, or of a namespace behind it
 * @throws {TypeError} for what is no URL
 */
export function connect<Listen extends EventsMap = DefaultEventsMap, Emit extends EventsMap = Listen>(
  address: string | URL,
  options?: PlainOptions,
): PlainSocket<Listen, Emit>;
export function connect(
  address: string | URL,
  {
    rooms,
    since,
    token,
    signal,
    transports = [globalThis.WebSocket, globalThis.EventSource],
    reconnectionDelay = 1_000,
  }: PlainOptions = {},
): PlainSocket {
  const url = new URL(address, globalThis.location?.href);
  const { searchParams } = url;
  let timer: ReturnType<typeof setTimeout>;
  /** Since it was connected, in whole rounds of the transports and what is left: that one is in use. */
  let failures = 0;
  /** What is heard of an older try does not count. */
  let tries = 0;
  const end = (code: unknown, retry?: number): void => {
    const { connected } = socket;
    tries++;
    clearTimeout(timer);
    socket.link?.close();
    socket.connected = false;
    // after these reasons, HTTP statuses and close codes, trying again is of no use
    socket.active = !/^(disconnected|taken-over|204|4(?!08|10|29)|100[23789])/.test(`${code}`);
    if (socket.active)
      timer = setTimeout(dial, retry ?? reconnectionDelay * Math.min(5, ++failures) * (0.5 + Math.random()));
    else socket.flush(Infinity);
    socket.tell(connected ? "disconnect" : "connect_error", coded(`${code}`));
  };
  const dial = async (): Promise<void> => {
    const turn = tries;
    const guard =
      <What>(run: (what: What, retry?: number) => void) =>
      (what: What, retry?: number): unknown =>
        turn === tries && run(what, retry);
    const open = guard((shown: string | undefined) => {
      if (shown) searchParams.set("token", shown);
      socket.link = openLink({
        url,
        Transport: transports[failures % transports.length],
        receive: guard((data) => {
          receive(socket, data);
          if (!socket.connected) return;
          clearTimeout(timer);
          failures %= transports.length;
        }),
        end: guard(end),
      });
    });
    socket.active = true;
    timer = setTimeout(end, 20_000, "timeout");
    try {
      open(await token?.());
    } catch (error) {
      guard(end)(error);
    }
  };
  const socket: SocketParts = {
    ...listeners(),
    ...outbox(),
    url,
    connected: false,
    active: false,
    end,
    connect() {
      if (!socket.active) dial();
      return socket;
    },
    close() {
      end("disconnected");
      return socket;
    },
  };
  rooms?.map((room) => searchParams.append("room", room));
  if (since) searchParams.set("since", since);
  searchParams.set("v", "1");
  signal?.addEventListener("abort", socket.close);
  if (!signal?.aborted) dial();
  return socket;
}
