/** Options of the product: declared, documented, defaulted and checked here, once. */

import { dirname, join } from "node:path";
import { AppError } from "./errors.ts";
import type { PlaygroundWorld } from "./playground.ts";

export interface AppOptions {
  /** TCP port; 0 takes a free one. @default 3000 */
  readonly port?: number;
  /** Where to listen: `localhost` means both 127.0.0.1 and ::1. @default "localhost" */
  readonly host?: string;
  /** Folder of the built page. @default the one in this package */
  readonly playgroundDir?: string;
  /** Where prices, times and ticks come from. @default Math.random, Date.now and a timer that keeps no process alive */
  readonly world?: PlaygroundWorld;
  /** Told about errors that are the program's own. @default console.error */
  readonly report?: (error: unknown) => void;
}

export type ResolvedAppOptions = Required<AppOptions>;

export const defaultPort = 3000;
export const defaultHost = "localhost";

/**
 * The folder of this package. Compiled, this is a CommonJS module and knows its place; from source it is known only of
 * the command.
 */
export const packageFolder: string = dirname(
  typeof __dirname === "string" ? __dirname : dirname(process.argv[1] ?? process.cwd()),
);

/** @throws {AppError} for a value that makes no sense */
export function resolveAppOptions(options: AppOptions): ResolvedAppOptions {
  return {
    port: checkPort(options.port ?? defaultPort),
    host: checkHost(options.host ?? defaultHost),
    playgroundDir: options.playgroundDir ?? join(packageFolder, "dist", "playground"),
    world: options.world ?? systemWorld,
    report: options.report ?? ((error) => console.error(error)),
  };
}

/** @throws {AppError} unless the text is a port */
export function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new AppError("bad-port", JSON.stringify(text));
  return checkPort(Number(text));
}

/** @throws {AppError} unless it may be a name or an address: nothing is listened on by mistake */
export function checkHost(host: string): string {
  if (!/^[\w.:%-]+$/.test(host)) throw new AppError("bad-host", JSON.stringify(host));
  return host;
}

function checkPort(port: number): number {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new AppError("bad-port", String(port));
  return port;
}

const systemWorld: PlaygroundWorld = {
  random: Math.random,
  now: Date.now,
  every: (ms, callback) => {
    const timer = setInterval(callback, ms).unref();
    return () => clearInterval(timer);
  },
};
