/** A world whose clients are in one room, and come back to it. */

import assert from "node:assert/strict";
import type { AdmissionRequest } from "../src/admission.ts";
import { Refusal, type RefusalCode } from "../src/errors.ts";
import type { Hello } from "../src/link.ts";
import type { Socket } from "../src/socket.ts";
import { memoryHistory, type Peer, tick, World, type WorldOptions } from "./world.ts";

/** The code with which a client is refused. */
export async function refusal(promise: Promise<unknown>): Promise<RefusalCode> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Refusal, String(error));
  return error.code;
}

export function helloOf({ link }: Peer): Hello | undefined {
  return link.hello;
}

/** A world whose sockets join the room a, and are kept in `sockets`. */
export class Joined extends World {
  readonly sockets: Socket[] = [];

  constructor(options: WorldOptions = {}) {
    super({ history: memoryHistory(), ...options });
    this.namespace.on("connection", (socket: Socket) => {
      this.sockets.push(socket);
      if (!socket.recovered) void socket.join("a");
    });
  }

  say(...names: string[]): void {
    for (const name of names) this.namespace.operator.to("a").emit(name);
  }

  /** Cuts the link and comes back, by session unless said otherwise. */
  async comeBack(peer: Peer, request: Partial<AdmissionRequest> = {}): Promise<Peer> {
    peer.link.cut();
    const again = await this.connect({ session: peer.admission.session, since: peer.link.ids.at(-1), ...request });
    await tick();
    return again;
  }
}
