/** Work that is done before the call returns, or later: small messages are (de)compressed at once, large ones are not. */

/**
 * @param begin starts the work; it calls `done` once
 * @param later gets what `done` was given after `begin` had returned
 * @returns what `done` was given before; undefined if it was not called yet
 */
export function atOnce<T extends object>(
  begin: (done: (result: T) => void) => void,
  later: (result: T) => void,
): T | undefined {
  const results: T[] = [];
  let returned = false;
  begin((result) => {
    if (returned) later(result);
    else results.push(result);
  });
  returned = true;
  return results[0];
}
