/** An event handler attribute, `onopen` or the like: HTML §8.1.8.1. */

import { isObject } from "./web-idl.ts";

const { addEventListener, removeEventListener } = EventTarget.prototype;

export class EventHandler<Callback extends object> {
  private readonly target: EventTarget;
  private readonly type: string;
  private callback: Callback | null = null;
  private listener: ((event: Event) => void) | undefined = undefined;

  constructor(target: EventTarget, type: string) {
    this.target = target;
    this.type = type;
  }

  get value(): Callback | null {
    return this.callback;
  }

  /** Called in the place of the one that was set first, since there was none. What is no object means none. */
  set value(value: Callback | null) {
    this.callback = isObject(value) ? value : null;
    if (this.callback === null) this.deactivate();
    else if (this.listener === undefined) this.activate();
  }

  private activate(): void {
    this.listener = (event) => this.call(event);
    addEventListener.call(this.target, this.type, this.listener);
  }

  private deactivate(): void {
    if (this.listener === undefined) return;
    removeEventListener.call(this.target, this.type, this.listener);
    this.listener = undefined;
  }

  /** `handleEvent` is for listeners: an object that cannot be called is kept, and not called. */
  private call(event: Event): void {
    const { callback } = this;
    if (typeof callback !== "function") return;
    if (Reflect.apply(callback, this.target, [event]) === false) event.preventDefault();
  }
}
