/** What happens to the page, or to the worker, that sessions should know. */

/** @param isAwake the network is back, or the page can be seen again: timers may be late; else the network has gone */
type Listener = (isAwake: boolean) => void;

const listeners = new Set<Listener>();

function tell(isAwake: boolean): void {
  for (const listener of [...listeners]) listener(isAwake);
}

// here, not with the first session: a service worker may listen only while its script is read
const listen = globalThis.addEventListener;
listen?.("offline", () => tell(false));
listen?.("online", () => tell(true));
listen?.("visibilitychange", () => document.hidden || tell(true));

/** @returns ends it */
export function onPage(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
