import assert from "node:assert/strict";
import { test } from "node:test";
import { type Resumable, Sessions } from "../src/recovery.ts";
import { Session } from "../src/session.ts";

class FakeSocket implements Resumable {
  readonly session: Session;
  takenOver = 0;
  private readonly sessions: Sessions<FakeSocket>;

  constructor(sessions: Sessions<FakeSocket>, secret: string) {
    this.session = new Session({ secret, socket: `socket of ${secret}`, principal: undefined }, "");
    this.sessions = sessions;
    sessions.add(this);
  }

  takeOver(): void {
    this.takenOver += 1;
    this.sessions.remove(this, true);
  }
}

class Rig {
  now = 0;
  readonly sessions: Sessions<FakeSocket>;

  constructor(age = 1000) {
    this.sessions = new Sessions({ age, maxParked: 100, now: () => this.now });
  }

  readonly connect = (session: string): FakeSocket => new FakeSocket(this.sessions, session);
}

test("a session is found while it is connected, and kept for its client afterwards", () => {
  const { sessions, connect } = new Rig();
  const socket = connect("s");
  assert.equal(sessions.find("s"), socket);
  sessions.remove(socket, true);
  assert.equal(sessions.find("s"), undefined);
  assert.equal(sessions.peek("s"), socket.session);
  assert.equal(sessions.claim("s"), socket.session);
  assert.equal(sessions.claim("s"), undefined, "it is taken");
});

test("a session that the program ended is not kept", () => {
  const { sessions, connect } = new Rig();
  sessions.remove(connect("s"), false);
  assert.equal(sessions.peek("s"), undefined);
});

test("without a history nothing is kept, and nothing can be taken over", () => {
  const { sessions, connect } = new Rig(0);
  const socket = connect("s");
  assert.equal(sessions.peek("s"), undefined);
  sessions.remove(socket, true);
  assert.deepEqual(sessions.sizes, { live: 0, parked: 0 });
});

test("claiming a session that is connected closes its older link first", () => {
  const { sessions, connect } = new Rig();
  const older = connect("s");
  assert.equal(sessions.peek("s"), older.session);
  assert.equal(older.takenOver, 0, "looking is not taking");
  assert.equal(sessions.claim("s"), older.session);
  assert.equal(older.takenOver, 1);
  const newer = connect("s");
  sessions.remove(older, true);
  assert.equal(sessions.find("s"), newer, "the older one's end does not touch it");
});

test("a session is forgotten after its age, the longest away first", () => {
  const rig = new Rig(1000);
  rig.sessions.remove(rig.connect("a"), true);
  rig.now = 500;
  rig.sessions.remove(rig.connect("b"), true);
  rig.now = 999;
  assert.ok(rig.sessions.peek("a") !== undefined);
  rig.now = 1000;
  assert.equal(rig.sessions.peek("a"), undefined);
  assert.ok(rig.sessions.peek("b") !== undefined);
  assert.deepEqual(rig.sessions.sizes, { live: 0, parked: 1 });
  rig.now = 1500;
  assert.equal(rig.sessions.claim("b"), undefined);
});

test("no more sessions are kept than allowed, the longest away is forgotten first", () => {
  const { sessions, connect } = new Rig();
  for (let count = 0; count < 250; count++) {
    sessions.remove(connect(`${count}`), true);
    assert.ok(sessions.sizes.parked <= 100);
  }
  assert.equal(sessions.peek("149"), undefined);
  assert.equal(sessions.peek("150")?.secret, "150");
  assert.equal(sessions.sizes.live, 0);
});

test("a session that names an object's own things is unknown like others", () => {
  const { sessions } = new Rig();
  for (const session of ["__proto__", "constructor", ""]) {
    assert.equal(sessions.peek(session), undefined);
    assert.equal(sessions.find(session), undefined);
    assert.equal(sessions.claim(session), undefined);
  }
});

test("what is parked expires even if nobody comes or goes any more", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const rig = new Rig(1000);
  rig.sessions.remove(rig.connect("first"), true);
  rig.now = 400;
  rig.sessions.remove(rig.connect("second"), true);
  rig.now = 1000;
  t.mock.timers.tick(1000);
  assert.equal(rig.sessions.sizes.parked, 1);
  rig.now = 2000;
  t.mock.timers.tick(1000);
  assert.equal(rig.sessions.sizes.parked, 0);
});
