/** Emits to one client that want its answer. */

import { type AckError, type AckListener, ackListener, timedOut } from "./acks.ts";

export interface AwaitedAnswer {
  /** Milliseconds; undefined waits as long as the socket lives. */
  readonly timeout: number | undefined;
  /** The time is over: nobody waits any more. */
  expired(): void;
  /** Called once. */
  done(error: AckError | null, answer: unknown[]): void;
}

/** Waits for one client's answer, or for the end of waiting. */
export function awaitAnswer({ timeout, expired, done }: AwaitedAnswer): AckListener {
  const late = (): void => {
    expired();
    done(timedOut(), []);
  };
  const timer = timeout === undefined ? undefined : setTimeout(late, timeout);
  return ackListener(
    (...answer) => {
      clearTimeout(timer);
      done(null, answer);
    },
    (error) => {
      clearTimeout(timer);
      done(error, []);
    },
  );
}
