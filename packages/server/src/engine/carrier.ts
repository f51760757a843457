/** The session that carries a Socket.IO client, as far as the client is concerned (port): ours, or that of another Engine.IO server. */

import type { IncomingMessage } from "node:http";
import type { ClientConnection } from "../socket-client.ts";
import type { SessionHandler } from "./engine-session.ts";
import type { Messages } from "./messages.ts";
import type { EngineProtocol } from "./transport.ts";

export interface Carrier {
  readonly id: string;
  readonly protocol: EngineProtocol;
  readonly readyState: string;
  readonly remoteAddress: string;
  readonly request: IncomingMessage;
  /** The client knows our extras. */
  readonly isOurs: boolean;
  /** What may be dropped had better be. */
  readonly isCongested: boolean;
  readonly bufferedBytes: number;
  readonly maxBufferedBytes: number;
  /** Milliseconds after which who is sent away may come back: a client of ours is told when the session closes. */
  retry: number | undefined;
  handler: SessionHandler | undefined;
  /** What is sent was copied or has left when the call returns. */
  readonly copies: boolean;
  /** As programs know it. */
  readonly connection: ClientConnection;
  sendText(text: string): void;
  sendMessages(messages: Messages): void;
  /** @param discard at once: what waits is lost */
  close(discard?: boolean): void;
}
