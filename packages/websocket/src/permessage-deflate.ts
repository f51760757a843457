/** The class `PerMessageDeflate` of ws: permessage-deflate (RFC 7692) for who puts a connection together by hand. */

import { Deflate, type DeflateDone, type DeflateSettings, defaultThreshold } from "./node/deflate.ts";
import {
  acceptAsClient,
  acceptAsServer,
  createOffer,
  type DeflateConfiguration,
  type DeflateParameters,
  deflateName,
  normalizeParameters,
} from "./protocol/deflate-offer.ts";
import type { ExtensionParameters } from "./protocol/extension.ts";

export interface PerMessageDeflateSettings extends DeflateSettings {
  /** @default false */
  readonly isServer?: boolean | undefined;
  /** Longest message that `decompress` gives, in bytes; 0 for no limit. @default 0 */
  readonly maxPayload?: number | undefined;
}

/** `data` is left out with an error. Never called before `compress` or `decompress` has returned. */
export type PerMessageDeflateCallback = (error: Error | null, data?: Buffer) => void;

interface Job {
  readonly callback: PerMessageDeflateCallback;
}

export class PerMessageDeflate {
  /** What was agreed on, once `accept` has returned. */
  params: DeflateParameters | null = null;
  /** The faces that Sender and Receiver of ws look at. */
  readonly _isServer: boolean;
  readonly _threshold: number;
  private readonly settings: PerMessageDeflateSettings;
  /** Each direction has its own, so that one which failed can begin anew. */
  private outgoing: Deflate | undefined;
  private incoming: Deflate | undefined;
  /** Frames of a message of which the last is still to come. */
  private frames: Buffer[] = [];
  private readonly compressing = new Set<Job>();
  private readonly decompressing = new Set<Job>();

  constructor(settings: PerMessageDeflateSettings = {}) {
    this.settings = settings;
    this._isServer = settings.isServer === true;
    this._threshold = settings.threshold ?? defaultThreshold;
  }

  static get extensionName(): string {
    return deflateName;
  }

  /** The parameters of a client's offer. */
  offer(): DeflateConfiguration {
    return createOffer(this.settings);
  }

  /**
   * Takes the first acceptable offer, or the answer, as `extension.parse` reads them.
   * @returns what is agreed on
   * @throws {TypeError} for a value that its parameter cannot have
   * @throws {Error} for whatever else makes no agreement
   */
  accept(configurations: readonly ExtensionParameters[]): DeflateParameters {
    const side = this._isServer ? "server" : "client";
    const read = configurations.map((parameters) => normalizeParameters(parameters, side));
    const agreed = this._isServer ? acceptAsServer(read, this.settings) : acceptAsClient(read[0] ?? {}, this.settings);
    const params: DeflateParameters = Object.assign(emptyAs(configurations[0]), agreed);
    this.params = params;
    return params;
  }

  /** One frame of a message; the last with `fin`. `data` must not change before the callback. */
  compress(data: Buffer | string, fin: boolean, callback: PerMessageDeflateCallback): void {
    const done = later(this.compressing, callback);
    this.outgoing ??= this.open();
    this.outgoing.deflate(typeof data === "string" ? Buffer.from(data) : data, fin, done);
  }

  /** One frame of a message; the last with `fin`. The whole message comes with its last frame. */
  decompress(data: Buffer, fin: boolean, callback: PerMessageDeflateCallback): void {
    const done = later(this.decompressing, callback);
    if (!fin) {
      this.frames.push(Buffer.from(data));
      return done(undefined, Buffer.alloc(0));
    }
    const message = Buffer.concat([...this.frames, data]);
    this.frames = [];
    this.incoming ??= this.open();
    this.incoming.inflate(message, this.settings.maxPayload ?? 0, (error, plain) => {
      if (error !== undefined) this.forgetIncoming();
      done(error, plain);
    });
  }

  /** Lets go of everything. What is being compressed is told so, what is being decompressed is not, as with ws. */
  cleanup(): void {
    this.forgetIncoming();
    this.decompressing.clear();
    this.outgoing?.release();
    this.outgoing = undefined;
    const jobs = [...this.compressing];
    this.compressing.clear();
    for (const { callback } of jobs) callback(closedEarly());
  }

  private forgetIncoming(): void {
    this.incoming?.release();
    this.incoming = undefined;
    this.frames = [];
  }

  private open(): Deflate {
    return new Deflate(this.params ?? {}, this.settings, this._isServer);
  }
}

/** ws answers with the object that it was given, which has no prototype if `extension.parse` made it. */
function emptyAs(configuration: ExtensionParameters = {}): object {
  return Object.create(Object.getPrototypeOf(configuration));
}

/** Calls `callback` when this turn of the event loop is over, as zlib does, unless its job was taken out of `jobs` meanwhile. */
function later(jobs: Set<Job>, callback: PerMessageDeflateCallback): DeflateDone {
  const job = { callback };
  jobs.add(job);
  return (error, data) => {
    setImmediate(() => {
      if (!jobs.delete(job)) return;
      if (error === undefined) callback(null, data);
      else callback(error);
    });
  };
}

function closedEarly(): Error {
  return new Error("The deflate stream was closed while data was being processed");
}
