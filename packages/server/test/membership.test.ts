import assert from "node:assert/strict";
import { test } from "node:test";
import { Membership } from "../src/membership.ts";
import { stay } from "./history.contract.ts";

test("a stay lasts from the join to the leave", () => {
  const membership = new Membership();
  membership.join("a", "e-1");
  membership.join("b", "e-2");
  membership.leave("a", "e-5");
  membership.join("a", "e-7");
  assert.deepEqual([...membership.rooms], ["b", "a"]);
  assert.deepEqual(membership.stays, [stay("a", "e-1", "e-5"), stay("b", "e-2"), stay("a", "e-7")]);
});

test("joining again changes nothing, nor does leaving a room that one is not in", () => {
  const membership = new Membership();
  membership.join("a", "e-1");
  membership.join("a", "e-9");
  membership.leave("b", "e-9");
  assert.deepEqual(membership.stays, [stay("a", "e-1")]);
});

test("a stay during which nothing was logged is not kept", () => {
  const membership = new Membership();
  for (let count = 0; count < 1000; count++) {
    membership.join(`room ${count}`, "e-1");
    membership.leave(`room ${count}`, "e-1");
  }
  assert.deepEqual([membership.stays, membership.forgottenUpTo], [[], undefined]);
});

test("without a log no stay is kept after its end", () => {
  const membership = new Membership();
  membership.join("a", undefined);
  membership.leave("a", undefined);
  assert.deepEqual(membership.stays, []);
});

test("keeps the newest 100 that ended, and says up to where it forgot", () => {
  const membership = new Membership();
  for (let count = 0; count < 150; count++) {
    membership.join("a", `e-${count * 10}`);
    membership.leave("a", `e-${count * 10 + 5}`);
  }
  const { stays, forgottenUpTo } = membership;
  assert.equal(stays.length, 100);
  assert.equal(forgottenUpTo, "e-495");
});

test("the past is opened only of rooms that it is in", () => {
  const membership = new Membership();
  membership.join("a", "e-1");
  membership.join("b", "e-1");
  membership.openPast(["a", "c"]);
  assert.deepEqual(membership.stays, [stay("a"), stay("b", "e-1")]);
});
