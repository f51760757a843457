/** What a stream hangs on its response: functions shared by all streams, which find theirs through a symbol. */

import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import type { Duplex } from "node:stream";

export type NodeResponse = ServerResponse | Http2ServerResponse;

export type Method = (this: unknown, ...parameters: unknown[]) => unknown;

/** Who is asked and told. */
export interface Hooked {
  /** The response's own, before they were replaced. */
  readonly plainWrite: Method;
  readonly plainEnd: Method;
  /** Somebody is about to write or to end. */
  touched(): void;
  drained(): void;
  gone(): void;
}

const hookedOf: unique symbol = Symbol("anywire.hooked");

type Target = (NodeResponse | Duplex) & { [hookedOf]?: Hooked | undefined };

/** Others may write to the response too, and end it: what its session was given before goes first. */
const methods = {
  write(this: { [hookedOf]: Hooked }, ...parameters: unknown[]): unknown {
    const hooked = this[hookedOf];
    hooked.touched();
    return Reflect.apply(hooked.plainWrite, this, parameters);
  },
  end(this: { [hookedOf]: Hooked }, ...parameters: unknown[]): unknown {
    const hooked = this[hookedOf];
    hooked.touched();
    return Reflect.apply(hooked.plainEnd, this, parameters);
  },
};

export function hook(response: NodeResponse, hooked: Hooked): void {
  Object.assign(response, { [hookedOf]: hooked }, methods);
  response.on("close", onClose).on("error", ignore);
}

/** Nobody has replaced `write` since. */
export function hasOwnWrite(response: NodeResponse): boolean {
  return response.write === methods.write;
}

/** `drained` is called at each `drain` of its own until `forgetDrain`. */
export function awaitDrain(target: Target, hooked: Hooked): void {
  target[hookedOf] = hooked;
  target.addListener("drain", onDrain); // middleware may have replaced `on`, so that another's is heard
}

export function forgetDrain(target: Target): void {
  target.off("drain", onDrain);
}

/** The socket of one response is the next one's. */
export function unhook(socket: Target): void {
  socket.off("drain", onDrain);
  socket[hookedOf] = undefined;
}

function onDrain(this: Target): void {
  this[hookedOf]?.drained();
}

function onClose(this: Target): void {
  this[hookedOf]?.gone();
}

/** What ends a response ends in its `close`; without a listener, an error would end the process. */
function ignore(): void {}
