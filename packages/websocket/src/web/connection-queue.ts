/** One opening handshake at a time to each host and port: RFC 6455 §4.1, step 2. */

/** Those that want to begin, in order; the first has begun. */
const lines = new Map<string, (() => void)[]>();

/**
 * Calls `begin`, at once or when those before have left.
 * @param host with its port
 * @returns how to leave: the connection is established, has failed, or is not wanted any more. May be called again.
 */
export function waitInLine(host: string, begin: () => void): () => void {
  const line = lines.get(host) ?? [];
  lines.set(host, line);
  line.push(begin);
  if (line.length === 1) begin();
  return () => leave(host, begin);
}

function leave(host: string, begin: () => void): void {
  const line = lines.get(host);
  const place = line?.indexOf(begin) ?? -1;
  if (line === undefined || place === -1) return;
  line.splice(place, 1);
  if (line.length === 0) lines.delete(host);
  else if (place === 0) line[0]?.();
}
