/** Ends the process in good order when it is asked to: clients are told, then it closes. Asked again, it ends at once. */

import type { App } from "./app.ts";

/** Milliseconds over which clients are told to go. */
const drain = 500;

export function closeOnSignals(app: App): void {
  let isClosing = false;
  const onSignal = (): void => {
    if (isClosing) process.exit(1);
    isClosing = true;
    app.close({ drain }).then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
}
