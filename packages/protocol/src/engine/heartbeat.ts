/** When a session asks for a sign of life, and when it gives up (protocol: "Heartbeat"). One side pings, the other waits for it; times by `now`. */

export interface HeartbeatRules {
  /** Pings and waits for the answer; else it waits for pings. */
  readonly pings: boolean;
  /** Between two pings, in milliseconds. */
  readonly pingInterval: number;
  /** What a sign of life may take, in milliseconds. */
  readonly pingTimeout: number;
}

/** Engine.IO 4 has the server ping, Engine.IO 3 the client. */
export function serverPings(protocol: 3 | 4): boolean {
  return protocol === 4;
}

/** `rules` are shared by all sessions of a server: a session costs two fields. */
export class Heartbeat {
  /** Nothing is to be done before. */
  deadline: number;
  private readonly rules: HeartbeatRules;
  private asked = false;

  constructor(rules: HeartbeatRules, now: number) {
    this.rules = rules;
    this.deadline = now + this.firstPeriod();
  }

  /** Any byte is a sign of life; but the next ping comes no later for it: the other side waits for pings, not for bytes. */
  heard(now: number): void {
    if (this.rules.pings && !this.asked) return;
    this.asked = false;
    this.deadline = now + this.firstPeriod();
  }

  /** @returns what is to be done now: send a ping, or close the session as timed out */
  tick(now: number): "ping" | "timeout" | undefined {
    if (now < this.deadline) return undefined;
    if (!this.rules.pings || this.asked) return "timeout";
    this.asked = true;
    this.deadline = now + this.rules.pingTimeout;
    return "ping";
  }

  private firstPeriod(): number {
    const { pings, pingInterval, pingTimeout } = this.rules;
    return pings ? pingInterval : pingInterval + pingTimeout;
  }
}
