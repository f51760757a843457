/** A connection is dialled once the task is over: who leaves before never dials. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type House, patience, useHouse } from "../contract/house.ts";
import { heard } from "../contract/library.ts";
import { anywire } from "../contract/server-kind.ts";
import { call } from "./visits.ts";

const ways = [["polling"], ["websocket"]];

/** The sessions that are asked for, by their marks. */
function watched({ http }: House): string[] {
  const marks: string[] = [];
  const look = ({ url = "" }: { url?: string }): void => {
    const query = new URL(url, "http://a.test").searchParams;
    if (!query.has("sid")) marks.push(query.get("mark") ?? "");
  };
  http.on("request", look).on("upgrade", look);
  return marks;
}

describe("a client", () => {
  const house = useHouse(anywire);

  for (const transports of ways) {
    test(
      `that connects, leaves and connects at once (React's strict mode) dials once over ${transports}`,
      patience,
      async (t) => {
        const dialled = watched(house);
        const socket = call(t, house.url, { transports, query: { mark: "strict" } });
        socket.disconnect();
        socket.connect();
        await heard(socket, "connect");
        assert.deepEqual(dialled, ["strict"]);
      },
    );

    test(`that leaves at once never dials over ${transports}`, patience, async (t) => {
      const dialled = watched(house);
      call(t, house.url, { transports, query: { mark: "gone" } }).disconnect();
      await heard(call(t, house.url, { transports, query: { mark: "here" } }), "connect");
      assert.deepEqual(dialled, ["here"]);
    });
  }
});
