import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "../src/session.ts";

const names = { secret: "s", socket: "~id", principal: "me" };

test("a session that goes on keeps all that was kept, but what the program has set since goes first", () => {
  const kept = new Session(names, "e-1");
  kept.data = { name: "Ada", role: "admin" };
  kept.granted = ["a"];
  kept.membership.join("a", "e-1");
  const session = new Session(names, "e-9");
  session.data.role = "guest";
  session.goOn(kept);
  assert.deepEqual([session.secret, session.socket, session.principal, session.startedAt], ["s", "~id", "me", "e-1"]);
  assert.deepEqual([session.data, session.granted], [{ name: "Ada", role: "guest" }, ["a"]]);
  assert.equal(session.membership, kept.membership);
});
