/** Masking (RFC 6455 §5.3) by Node itself: `http.websocketUnmask`, from 26.12 on. */

import http from "node:http";
import type { UnmaskInto } from "../protocol/platform.ts";

/** Masks in place. */
type WebSocketUnmask = (bytes: Uint8Array, maskingKey: Uint8Array) => void;

/** @returns undefined where Node has none */
export function createNativeUnmask(module: object = http): UnmaskInto | undefined {
  const native: unknown = "websocketUnmask" in module ? module.websocketUnmask : undefined;
  if (!isUnmask(native)) return undefined;
  const maskingKey = Buffer.alloc(4);
  return (source, key, target) => {
    maskingKey.writeInt32LE(key | 0);
    if (target !== source) target.set(source);
    native(target, maskingKey);
    return false; // it does not look at what comes out
  };
}

function isUnmask(value: unknown): value is WebSocketUnmask {
  return typeof value === "function";
}
