/** A CPU profile of this process, by V8's own sampler. */

import { mkdirSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { dirname } from "node:path";

const session = new Session();

export async function startProfile(): Promise<void> {
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 200 });
  await session.post("Profiler.start");
}

export async function writeProfile(file: unknown): Promise<void> {
  if (typeof file !== "string") throw new TypeError("a file is named by a string");
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(profile));
}
