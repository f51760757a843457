/** Several servers on one HTTP server: who takes an upgrade request, and who refuses what nobody takes. */

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type ConnectAsked, ConnectWatch, isHttp2Server } from "./node/http2-server.ts";
import { type Answer, whenAnswered } from "./verification.ts";

/** An HTTP server, as far as upgrades are concerned. */
export interface UpgradeSource<R extends IncomingMessage> {
  [claimsOf]?: UpgradeClaims<R>;
  on(event: "upgrade", listener: UpgradeListener<R>): unknown;
  off(event: "upgrade", listener: UpgradeListener<R>): unknown;
  listeners(event: "upgrade"): unknown[];
  listenerCount(event: "upgrade"): number;
}

export type UpgradeListener<R extends IncomingMessage> = (request: R, stream: Duplex, head: Buffer) => void;

/** What an `upgrade` event brings. */
export interface UpgradeRequest<R extends IncomingMessage = IncomingMessage> {
  readonly request: R;
  readonly stream: Duplex;
  readonly head: Buffer;
}

/** A server that takes upgrade requests of an HTTP server. */
export interface Claimant<R extends IncomingMessage> {
  /** It takes whatever the others leave: it is asked last. */
  takesAny(): boolean;
  claims(request: R): Answer<boolean>;
  /** Answers the request. `claimed`: it was asked, and said yes. */
  take(upgrade: UpgradeRequest<R>, claimed: boolean): void;
  /** Its claim failed. */
  fail(upgrade: UpgradeRequest<R>, error: unknown): void;
}

const claimsOf: unique symbol = Symbol("anywire.upgradeClaims");

/** @returns what ends it */
export function claimUpgrades<R extends IncomingMessage>(http: UpgradeSource<R>, claimant: Claimant<R>): () => void {
  const claims = http[claimsOf] ?? new UpgradeClaims(http);
  http[claimsOf] = claims;
  claims.join(claimant);
  return () => claims.leave(claimant);
}

/** The servers of one HTTP server, behind one listener. */
class UpgradeClaims<R extends IncomingMessage> {
  private readonly http: UpgradeSource<R>;
  private readonly claimants = new Set<Claimant<R>>();
  private readonly connects: ConnectWatch | undefined;

  constructor(http: UpgradeSource<R>) {
    this.http = http;
    this.connects = isHttp2Server(http) ? new ConnectWatch(http, this.onConnect) : undefined;
  }

  join(claimant: Claimant<R>): void {
    this.claimants.add(claimant);
    if (!this.http.listeners("upgrade").includes(this.listener)) this.http.on("upgrade", this.listener);
    this.connects?.start();
  }

  leave(claimant: Claimant<R>): void {
    this.claimants.delete(claimant);
    if (this.claimants.size > 0) return;
    this.http.off("upgrade", this.listener);
    this.connects?.stop();
  }

  private readonly listener: UpgradeListener<R> = (request, stream, head) => {
    this.arrived({ request, stream, head }, this.http.listenerCount("upgrade") === 1);
  };

  private readonly onConnect = ({ request, stream, alone }: ConnectAsked): void => {
    this.arrived({ request: asUpgrade<R>(request), stream, head: nothing }, alone);
  };

  /** @param alone nobody else could answer it */
  private arrived(upgrade: UpgradeRequest<R>, alone: boolean): void {
    const all = [...this.claimants];
    if (all.length === 1 && alone) return all[0]?.take(upgrade, false);
    const order = [...all.filter((each) => !each.takesAny()), ...all.filter((each) => each.takesAny())];
    this.offer(upgrade, order, () => {
      if (alone) all[0]?.take(upgrade, false); // it is not for the first either, which says so as ws does
    });
  }

  /** To one after the other, until one takes it. */
  private offer(upgrade: UpgradeRequest<R>, [first, ...others]: readonly Claimant<R>[], unclaimed: () => void): void {
    if (first === undefined) return unclaimed();
    const { request, stream } = upgrade;
    stream.on("error", ignore);
    whenAnswered(first.claims(request), {
      decided: (claimed) => {
        if (claimed) first.take(upgrade, true);
        else this.offer(upgrade, others, unclaimed);
        stream.off("error", ignore);
      },
      failed: (error) => {
        first.fail(upgrade, error);
        stream.off("error", ignore);
      },
    });
  }
}

const nothing = Buffer.alloc(0);

/** What programs of ws read of a request is there over HTTP/2 too: method, url, headers, socket. */
function asUpgrade<R extends IncomingMessage>(request: object): R {
  return request as R;
}

/** While nobody has the stream, an error without a listener would end the process. */
function ignore(): void {}
