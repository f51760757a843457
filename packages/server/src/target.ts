/** Whom an event is for, in our words and in those of adapters. */

import type { BroadcastFlags, BroadcastOptions } from "./adapter.ts";
import type { RunTarget, Target } from "./pipeline.ts";

/** Every socket of the namespace. */
export const everyone: RunTarget = {
  rooms: [],
  except: [],
  logged: true,
  volatile: false,
  local: false,
  compress: undefined,
};

/** Adapters look at which flags are set, so those that say nothing are left out. */
export function broadcastOptions(target: RunTarget, timeout?: number): BroadcastOptions {
  const { volatile, local, compress } = target;
  const flags: BroadcastFlags = {
    ...(volatile ? { volatile } : {}),
    ...(local ? { local } : {}),
    ...(compress === undefined ? {} : { compress }),
    ...(timeout === undefined ? {} : { timeout }),
  };
  return { rooms: new Set(target.rooms), except: new Set(target.except), flags };
}

/** As an adapter says it. */
export function targetOf({ rooms, except, flags }: BroadcastOptions): RunTarget {
  const volatile = flags?.volatile === true;
  const target: Target = { rooms: [...rooms], except: [...(except ?? [])] };
  return { ...target, logged: !volatile, volatile, local: flags?.local === true, compress: flags?.compress };
}
