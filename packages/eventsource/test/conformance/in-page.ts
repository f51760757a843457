/** What a page of Chromium is given: the programs, and ours as a polyfill. */

import type { Watch } from "./dispatching.ts";

export { EventSource } from "@anywire/eventsource";
export { dispatching } from "./dispatching.ts";
export { play } from "./play.ts";
export { shape } from "./shape.ts";

const page: unknown = globalThis;

/** `window.onerror`, in short. */
export const watch: Watch = (report) => {
  if (!(page instanceof EventTarget)) throw new TypeError("This is no page");
  const hear = (event: Event): void => {
    event.preventDefault();
    report(String(Reflect.get(Object(Reflect.get(event, "error")), "message")));
  };
  page.addEventListener("error", hear);
  return () => page.removeEventListener("error", hear);
};
