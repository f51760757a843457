/** A namespace on an Engine.IO session, as the link of one socket (wires: "Socket.IO wire"). */

import { PacketType } from "@anywire/protocol/socket";
import type { Answer, CloseReason, Hello, Link, OutgoingEvent, PreparedRun, Room, SendOptions } from "../link.ts";
import { roomFor } from "../link.ts";
import type { Socket } from "../socket.ts";
import type { Client } from "./client.ts";
import { Messages } from "./messages.ts";
import type { SocketFormat } from "./socket-format.ts";

/** A run as clients have it whose offset was the same before. */
interface WithOffsets {
  readonly format: SocketFormat;
  readonly after: string | undefined;
  readonly newest: string | undefined;
  readonly messages: Messages;
}

/** Most members of a room have heard the same last. */
const lastOffsets = new WeakMap<PreparedRun, WithOffsets>();

export class SocketIoLink implements Link {
  readonly wire = "socket.io";
  readonly canAck = true;
  readonly hearsErrors: boolean;
  readonly hearsHello: boolean;
  readonly socket: Socket;
  private readonly client: Client;
  private readonly format: SocketFormat;
  /** Id of the newest event sent: what has none carries it, for clients take any last string for their offset. */
  private newest: string | undefined;
  private isClosed: boolean;

  /** @param start of a client that is told how it may come back: after which id, if it came back by one */
  constructor(client: Client, socket: Socket, start: { readonly since: string | undefined } | undefined) {
    const formats = client.formatsOf(socket.nsp);
    this.hearsErrors = client.carrier.isOurs;
    this.hearsHello = start !== undefined;
    this.socket = socket;
    this.client = client;
    this.format = start === undefined ? formats.plain : formats.withOffset;
    this.newest = start?.since;
    this.isClosed = false;
  }

  get bufferedBytes(): number {
    return this.client.carrier.bufferedBytes;
  }

  get room(): Room {
    return roomFor(this.bufferedBytes, this.client.carrier.maxBufferedBytes);
  }

  open({ session, socket, id }: Hello): void {
    this.newest = id ?? this.newest;
    const isLegacy = this.client.carrier.protocol === 3;
    const data = this.hearsHello ? { sid: socket, pid: session } : { sid: socket };
    this.client.writePacket({ type: PacketType.CONNECT, nsp: this.socket.nsp.name, ...(isLegacy ? {} : { data }) });
    this.client.entered(this.socket);
  }

  send(run: PreparedRun): void {
    const { carrier } = this.client;
    if (this.isClosed || (run.options.volatile === true && carrier.isCongested)) return;
    const messages = this.hearsHello ? this.withOffsets(run) : run.encodedFor(this.format);
    if (messages !== undefined) carrier.sendMessages(messages);
  }

  sendOne(event: OutgoingEvent, options: SendOptions): void {
    const { carrier } = this.client;
    if (this.isClosed || (options.volatile === true && carrier.isCongested)) return;
    const simple = options.compress === false ? undefined : this.format.writeText(event);
    if (simple !== undefined) return carrier.sendText(simple);
    const messages = this.format.write(this.hearsHello ? { ...event, id: event.id ?? this.newest } : event);
    const [text] = messages;
    if (messages.length === 1 && typeof text === "string" && options.compress !== false) carrier.sendText(text);
    else carrier.sendMessages(new Messages(this.client.kept(messages), options));
  }

  close(reason: CloseReason, retry?: number): void {
    if (this.isClosed) return;
    if (reason === "shutting-down") {
      this.client.carrier.retry = retry;
      return this.client.endFor("server shutting down", false);
    }
    if (reason === "slow-consumer") return this.client.endFor("transport close", true); // it would never take what waits
    this.isClosed = true;
    this.client.writePacket({ type: PacketType.DISCONNECT, nsp: this.socket.nsp.name });
    this.client.left(this.socket);
    if (reason === "taken-over") process.nextTick(() => this.socket.closed("transport close")); // never within a call from the socket
  }

  /** The client's own ack is answered. An error has a form for clients of ours alone. */
  answer(id: number, answer: Answer): void {
    const { name: nsp } = this.socket.nsp;
    if (this.isClosed) return;
    if ("args" in answer) this.client.writePacket({ type: PacketType.ACK, nsp, id, data: answer.args });
    else if (this.hearsErrors)
      this.client.writePacket({ type: PacketType.CONNECT_ERROR, nsp, id, data: { ...answer.error } });
  }

  /** The session is gone. */
  end(reason: string, description: unknown): void {
    this.isClosed = true;
    this.socket.closed(reason, description);
  }

  /** The client has lost its way to the session, and may come back. */
  lost(): void {
    this.isClosed = true;
    this.client.left(this.socket);
    this.socket.closed("transport close");
  }

  /** The client has left the namespace: what comes late is not for whoever is there next. */
  leave(): void {
    this.isClosed = true;
    this.client.left(this.socket);
    this.socket.leftByClient();
  }

  /** Shared with all; where an event has no id of its own to carry, with those that have the same offset. */
  private withOffsets(run: PreparedRun): Messages | undefined {
    const isShared = run.events.every(({ id, ack }) => id !== undefined || ack !== undefined);
    if (isShared) {
      this.newest = run.events.at(-1)?.id ?? this.newest;
      return run.encodedFor(this.format);
    }
    const last = lastOffsets.get(run);
    if (last?.format === this.format && last.after === this.newest) {
      this.newest = last.newest;
      return last.messages;
    }
    const after = this.newest;
    const messages = this.encodeWithOffsets(run);
    lastOffsets.set(run, { format: this.format, after, newest: this.newest, messages });
    return messages;
  }

  private encodeWithOffsets(run: PreparedRun): Messages {
    const parts: Messages[] = [];
    for (const event of run.events) {
      this.newest = event.id ?? this.newest;
      parts.push(new Messages(this.format.write({ ...event, id: this.newest }), run.options));
    }
    return Messages.join(parts);
  }
}
