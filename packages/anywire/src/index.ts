/** `anywire`: the product, to be started by a program of your own. */

export { type App, createApp } from "./app.ts";
export type { AppOptions } from "./config.ts";
export { AppError, type AppErrorCode } from "./errors.ts";
export type { PlaygroundWorld } from "./playground.ts";
