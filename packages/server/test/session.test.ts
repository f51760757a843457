import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "../src/session.ts";

test("a session that starts anew keeps its names and nothing else", () => {
  const session = new Session({ secret: "s", socket: "id", principal: "me" }, "e-1");
  session.data.name = "Ada";
  session.granted = ["a"];
  session.membership.join("a", "e-1");
  session.once.begin("7", undefined, 0);
  session.restart("e-9");
  assert.deepEqual([session.secret, session.socket, session.principal, session.startedAt], ["s", "id", "me", "e-9"]);
  assert.deepEqual([session.data, session.granted, session.membership.stays], [{}, [], []]);
  assert.equal(session.once.repeats("7", undefined, 0), false);
});
