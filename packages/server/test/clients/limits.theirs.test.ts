import { everyKind } from "./client-kind.ts";
import { limitsContract } from "./limits.contract.ts";
import { theirs } from "./theirs.ts";

/** engine.io stops its clock when a client of version 3 of its protocol upgrades, until the next ping. */
const missed = everyKind.filter(({ name }) => name !== "v2 over polling and an upgrade");

limitsContract("socket.io", theirs, missed);
