#!/usr/bin/env node
/** The command `anywire`: starts the server, and prints the URL of its playground. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { createApp } from "./app.ts";
import { checkHost, defaultHost, defaultPort, packageFolder, parsePort } from "./config.ts";
import { AppError } from "./errors.ts";
import { closeOnSignals } from "./shutdown.ts";

function command(): Command {
  return new Command("anywire")
    .description("One realtime server on one port for every client, with a playground in the browser.")
    .version(version())
    .addOption(
      new Option("-p, --port <number>", "port; 0 takes a free one")
        .env("PORT")
        .default(defaultPort)
        .argParser(checked(parsePort)),
    )
    .addOption(
      new Option("--host <host>", "where to listen; localhost means 127.0.0.1 and ::1")
        .env("HOST")
        .default(defaultHost)
        .argParser(checked(checkHost)),
    )
    .allowExcessArguments(false)
    .action(start);
}

async function start(options: { port: number; host: string }): Promise<void> {
  const app = createApp(options);
  try {
    const url = await app.listen();
    closeOnSignals(app); // before anyone is told that it listens
    console.log(url);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    console.error(`anywire: ${error.message}`);
    process.exitCode = 1;
    await app.close();
  }
}

/** Turns our own refusal of a value into commander's. */
function checked<Value>(parse: (text: string) => Value): (text: string) => Value {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof AppError) throw new InvalidArgumentError(error.message);
      throw error;
    }
  };
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
  const isKnown = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return isKnown ? String(manifest.version) : "unknown";
}

/** A variable that is set but empty means the default, as it does to `${PORT:-3000}` in a shell; commander would parse it. */
function forgetEmptyVariables(): void {
  for (const name of ["PORT", "HOST"]) if (process.env[name] === "") delete process.env[name];
}

forgetEmptyVariables();
void command().parseAsync();
