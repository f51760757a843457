/** The events that an event source dispatches (WHATWG HTML §9.2.3, §9.2.6). */

export interface StreamMessage {
  /** Name of the event. */
  readonly type: string;
  readonly data: string;
  /** Of the URL that answered. */
  readonly origin: string;
  readonly lastEventId: string;
}

class TrustedEvent extends Event {}
class TrustedMessageEvent extends MessageEvent<string> {}
trust(TrustedEvent, Event);
trust(TrustedMessageEvent, MessageEvent);

export function openEvent(): Event {
  return new TrustedEvent("open");
}

export function messageEvent({ type, data, origin, lastEventId }: StreamMessage): MessageEvent {
  return new TrustedMessageEvent(type, { data, origin, lastEventId });
}

/**
 * What a source dispatches comes from the user agent, which is what `isTrusted` tells (DOM §2.2). In Node it is read from the
 * prototype; browsers hold a property of each event against it, and say false.
 */
export function trust(kind: { readonly prototype: Event }, seenAs: object): void {
  Object.defineProperty(kind.prototype, "isTrusted", { get: () => true, enumerable: true });
  Object.defineProperty(kind.prototype, "constructor", { value: seenAs });
}
