/** The program's own code within ours: what it throws is the program's, and keeps nothing of ours from going on. */

/** What is thrown reaches the platform as an uncaught error, after this. */
export function isolate(run: () => void): void {
  try {
    run();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
