import assert from "node:assert/strict";
import { test } from "node:test";
import { Refusal } from "../src/errors.ts";
import { NamespaceGates } from "../src/namespace-gates.ts";
import { Namespaces } from "../src/namespaces.ts";
import { Server } from "../src/server.ts";
import { requestOf } from "./world.ts";

function isNotFound(error: unknown): boolean {
  return error instanceof Refusal && error.code === "not-found";
}

test("who asks for a namespace is let in by its gate, and found there alone", async () => {
  const namespaces = new Namespaces(new Server());
  const gates = new NamespaceGates(namespaces);
  const chat = namespaces.get("/chat");
  await assert.rejects(gates.admit(requestOf({ namespace: "/nowhere" })), isNotFound);
  const { session, abandon } = await gates.admit(requestOf({ namespace: "/chat" }));
  abandon();
  assert.equal(gates.find(session, "/chat"), undefined, "its link is not up");
  assert.equal(gates.find(session, "/nowhere"), undefined);
  assert.equal(chat.entering, 0);
});

test("a namespace that a function allows is made, by what the client says of itself", async () => {
  const namespaces = new Namespaces(new Server());
  namespaces.addParent((name, auth, decide) => decide(null, name === `/${String(auth.token)}`));
  const gates = new NamespaceGates(namespaces);
  const request = requestOf({ namespace: "/mine" });
  await assert.rejects(gates.admit(request), isNotFound);
  const known = { ...request, handshake: { ...request.handshake, auth: { token: "mine" } } } as typeof request;
  (await gates.admit(known)).abandon();
});
