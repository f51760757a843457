/** What holds of every way to a client: each event is there before the next is sent, and the client's end is noticed. */

import assert from "node:assert/strict";
import { once } from "node:events";
import type { Session } from "../src/server.ts";
import type { Visitor } from "./visitors.ts";

/** @param visitor who has said that it was at `é-0`. Its session ends with it */
export async function exchangeEvents(visitor: Visitor, session: Session): Promise<void> {
  assert.equal(session.lastEventId, "é-0");
  session.push("one");
  const one = await visitor.next();
  assert.deepEqual([one.type, one.data], ["message", "one"]);
  session.push({ two: ["naïve", "🙂"] }, { event: "price", id: "é-2" });
  assert.deepEqual(await visitor.next(), { type: "price", data: '{"two":["naïve","🙂"]}', lastEventId: "é-2" });
  const closed = once(session, "close");
  visitor.leave();
  await closed;
  assert.equal(session.push("late"), false);
}
