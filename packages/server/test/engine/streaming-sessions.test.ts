/** The streams on the Engine.IO server: sessions that they open, and upgrades to them. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { ask, post } from "./asking.ts";
import { ServedEngine } from "./served-engine.ts";
import { StreamClient } from "./stream-client.ts";

const names = ["eventsource", "iframe"] as const;

for (const name of names) {
  test(`${name}: opens a session, echoes, and closes`, async (t) => {
    const served = await ServedEngine.open(t, "ours");
    const stream = await StreamClient.open(name, served.url(`EIO=4&transport=${name}`));
    const [opened = ""] = await stream.until(1);
    const { sid, upgrades } = JSON.parse(opened.slice(1));
    assert.deepEqual([sid, upgrades, served.last.transport.name], [served.last.id, [], name]);
    served.last.on("message", (data) => served.last.send(data));
    assert.equal((await post(served.url(`EIO=4&transport=${name}&sid=${sid}`), "4a\x1ebAQI=")).text, "ok");
    assert.deepEqual((await stream.until(3)).slice(1), ["4a", "bAQI="]);
    served.last.close();
    await stream.ended;
    assert.equal(stream.packets.at(-1), "1");
    assert.deepEqual(served.ends, ["forced close"]);
  });

  test(`${name}: heartbeats go down the stream, and any POST is life`, async (t) => {
    const served = await ServedEngine.open(t, "ours", { pingInterval: 20, pingTimeout: 5_000 });
    const stream = await StreamClient.open(name, served.url(`EIO=4&transport=${name}`));
    await stream.until(1);
    for (const count of [2, 3]) {
      await stream.until(count);
      assert.equal((await post(served.url(`EIO=4&transport=${name}&sid=${served.last.id}`), "3")).text, "ok");
    }
    assert.deepEqual(stream.packets.slice(1, 3), ["2", "2"]);
  });

  test(`${name}: a client that breaks off ends its session`, async (t) => {
    const served = await ServedEngine.open(t, "ours");
    const stream = await StreamClient.open(name, served.url(`EIO=4&transport=${name}`));
    await stream.until(1);
    stream.response.destroy();
    await served.ended();
    assert.deepEqual(served.ends, ["transport close"]);
  });

  test(`${name}: polling is upgraded to it, and nothing is lost or overtaken`, async (t) => {
    const served = await ServedEngine.open(t, "ours");
    const { text } = await ask(served.url("EIO=4&transport=polling&anywire=1"));
    const { sid, upgrades } = JSON.parse(text.slice(1));
    assert.deepEqual(upgrades, ["websocket", "eventsource", "iframe"]);
    const [polling, streaming] = ["polling", name].map((transport) =>
      served.url(`EIO=4&transport=${transport}&sid=${sid}`),
    );
    assert.ok(polling !== undefined && streaming !== undefined);
    const session = served.last;
    const [down, up]: string[][] = [[], []];
    session.on("message", (data) => up?.push(data));
    let sent = 0;
    const send = (): unknown => session.send(`m${sent++}`);

    send();
    const poll = ask(polling);
    const stream = await StreamClient.open(name, streaming);
    assert.deepEqual(await stream.until(1), ["6"]);
    assert.equal((await post(polling, "4p0")).text, "ok");
    take(down, (await poll).text);
    const last = ask(polling);
    assert.equal((await post(streaming, "2probe")).text, "ok");
    assert.deepEqual((await stream.until(2)).slice(1), ["3probe"]);
    take(down, (await last).text);
    send();
    assert.equal((await post(polling, "4p1")).text, "ok");
    const upgraded = once(session, "upgrade");
    assert.equal((await post(streaming, "5\x1e4s0")).text, "ok");
    await upgraded;
    send();
    take(down, (await stream.until(4)).slice(2).join("\x1e"));
    assert.equal((await post(streaming, "4s1")).text, "ok");
    assert.deepEqual(
      [down, up],
      [
        ["m0", "m1", "m2"],
        ["p0", "p1", "s0", "s1"],
      ],
    );
    assert.equal(session.transport.name, name);
    assert.equal((await ask(polling)).status, 400);
  });

  test(`${name}: an upgrade without a probe comes to nothing, and the session lives`, async (t) => {
    const served = await ServedEngine.open(t, "ours", { upgradeTimeout: 20 });
    const { text } = await ask(served.url("EIO=4&transport=polling"));
    const { sid, upgrades } = JSON.parse(text.slice(1));
    assert.deepEqual(upgrades, ["websocket"], "foreign clients see nothing new");
    const stream = await StreamClient.open(name, served.url(`EIO=4&transport=${name}&sid=${sid}`));
    await stream.ended;
    served.last.send("a");
    assert.equal((await ask(served.url(`EIO=4&transport=polling&sid=${sid}`))).text, "4a");
  });

  test(`${name}: a POST before the stream is refused, and starts nothing`, async (t) => {
    const served = await ServedEngine.open(t, "ours");
    const { sid } = JSON.parse((await ask(served.url("EIO=4&transport=polling"))).text.slice(1));
    assert.equal((await post(served.url(`EIO=4&transport=${name}&sid=${sid}`), "2probe")).status, 400);
    const stream = await StreamClient.open(name, served.url(`EIO=4&transport=${name}&sid=${sid}`));
    assert.deepEqual(await stream.until(1), ["6"]);
    stream.response.destroy();
  });

  test(`${name}: Engine.IO 3 has none`, async (t) => {
    const served = await ServedEngine.open(t, "ours");
    const { status, text } = await ask(served.url(`EIO=3&transport=${name}`));
    assert.deepEqual([status, JSON.parse(text).code], [400, 5]);
    const { text: opened } = await ask(served.url("EIO=3&transport=polling"));
    const { sid } = JSON.parse(opened.slice(opened.indexOf("{")));
    assert.equal((await ask(served.url(`EIO=3&transport=${name}&sid=${sid}`))).status, 400);
  });

  test(`${name}: what waits for a client that does not read is bounded`, async (t) => {
    const served = await ServedEngine.open(t, "ours", { maxBufferedBytes: 1_000_000 });
    const stream = await StreamClient.open(name, served.url(`EIO=4&transport=${name}`));
    await stream.until(1);
    stream.response.pause();
    const session = served.last;
    const closed = once(session, "close");
    const timer = setInterval(() => session.send("x".repeat(500_000)), 1);
    const [reason] = await closed;
    clearInterval(timer);
    assert.equal(reason, "transport close");
    stream.response.destroy();
  });
}

/** The messages of a payload, without what is no message. */
function take(messages: string[] | undefined, payload: string): void {
  for (const packet of payload.split("\x1e")) if (packet.startsWith("4")) messages?.push(packet.slice(1));
}
