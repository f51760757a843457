/** How one listens to an event source: the types of the DOM (DOM §2.7), for programs that are compiled without it. */

export interface EventListener {
  // biome-ignore lint/style/useShorthandFunctionType: the DOM's is an interface, which programs may extend
  (evt: Event | MessageEvent): void;
}

export interface EventListenerObject {
  handleEvent(object: Event): void;
}

export type EventListenerOrEventListenerObject = EventListener | EventListenerObject;

export interface EventListenerOptions {
  /**
   * There is no capturing phase; a listener is known by it all the same.
   * @default false
   */
  capture?: boolean;
}

export interface AddEventListenerOptions extends EventListenerOptions {
  /**
   * The listener is removed when it is called.
   * @default false
   */
  once?: boolean;
  /**
   * The listener does not call `preventDefault`, which has no effect here.
   * @default false
   */
  passive?: boolean;
  /** The listener is removed when this is aborted. */
  signal?: AbortSignal;
}
