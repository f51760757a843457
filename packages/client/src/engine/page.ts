/** What happens to the page, or to the worker, that sessions should know. */

type Listener = () => void;

const offline = new Set<Listener>();
const wake = new Set<Listener>();

function tell(listeners: ReadonlySet<Listener>): void {
  for (const listener of [...listeners]) listener();
}

function subscribe(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// here, not with the first session: a service worker may listen only while its script is read
const listen = globalThis.addEventListener;
listen?.("offline", () => tell(offline));
listen?.("online", () => tell(wake));
listen?.("visibilitychange", () => document.hidden || tell(wake));

/** The network has gone. @returns ends it */
export function onOffline(listener: Listener): () => void {
  return subscribe(offline, listener);
}

/** The network has come back, or the page can be seen again: timers may be late. @returns ends it */
export function onPageWake(listener: Listener): () => void {
  return subscribe(wake, listener);
}
