/** Broadcasts with acks through an adapter of the program's: each node tells how many clients it asked, then what they answered. */

import type { Packet } from "@anywire/protocol/socket";
import { type BroadcastAcksPort, timedOut } from "./acks.ts";
import type { Adapter, BroadcastOptions } from "./adapter.ts";

interface AdapterRequest extends Omit<BroadcastAcksPort, "forget"> {
  readonly packet: Packet;
  readonly options: BroadcastOptions;
  /** The time is over: `packet.id` is the adapter's number of the ack, if it gave one. */
  expired(): void;
}

export function requestByAdapter(adapter: Adapter, request: AdapterRequest): void {
  const { packet, options, timeout, done } = request;
  const responses: unknown[] = [];
  let nodes: number | undefined;
  let answeringNodes = 0;
  let clients = 0;
  let isOver = false;
  const finish = (error: Parameters<typeof done>[0]): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    done(error, responses);
  };
  const finishIfComplete = (): void => {
    if (answeringNodes === nodes && responses.length === clients) finish(null);
  };
  const expire = (): void => {
    request.expired();
    finish(timedOut(responses));
  };
  const timer = timeout === undefined ? undefined : setTimeout(expire, timeout);
  const counted = (count: number): void => {
    answeringNodes += 1;
    clients += count;
    finishIfComplete();
  };
  const answered = (response: unknown): void => {
    responses.push(response);
    finishIfComplete();
  };
  adapter.broadcastWithAck(packet, options, counted, answered);
  adapter.serverCount().then(
    (count) => {
      nodes = count;
      finishIfComplete();
    },
    () => finish(timedOut(responses)),
  );
}
