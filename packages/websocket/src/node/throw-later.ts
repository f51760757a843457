/** Errors of the program's own functions: they go to the process, yet keep nobody else from being called. */

export function throwLater(error: unknown): void {
  process.nextTick(rethrow, error);
}

function rethrow(error: unknown): never {
  throw error;
}
