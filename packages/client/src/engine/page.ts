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

const isListening = typeof addEventListener === "function";

// here, not with the first session: a service worker may listen only while its script is read
if (isListening) {
  addEventListener("offline", () => tell(offline));
  addEventListener("online", () => tell(wake));
}
globalThis.document?.addEventListener("visibilitychange", () => document.hidden || tell(wake));

/** The network has gone. @returns ends it */
export function onOffline(listener: Listener): () => void {
  return subscribe(offline, listener);
}

/** The network has come back, or the page can be seen again: timers may be late. @returns ends it */
export function onPageWake(listener: Listener): () => void {
  return subscribe(wake, listener);
}

/** Listens for each anew: the mere presence of a listener keeps a page out of the back/forward cache. @returns ends it */
export function onBeforeUnload(listener: Listener): () => void {
  if (isListening) addEventListener("beforeunload", listener);
  return () => isListening && removeEventListener("beforeunload", listener);
}
