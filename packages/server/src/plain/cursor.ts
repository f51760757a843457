/** A poll's cursor (`next`): how far its queue was fetched, and the last event id in it, so that any wire can go on from it. */

export interface Cursor {
  /** Which queue it belongs to: the client may come back to another one, which it must not confirm anything of. */
  readonly queue: string;
  /** Number of the last event of the batch. */
  readonly sequence: number;
  /** The last event id that the client has. */
  readonly id: string | undefined;
}

const pattern = /^([\w-]+)\.(\d{1,15})~(.*)$/s;

/** Opaque to clients; needs no escape in a URL if the id needs none. */
export function formatCursor({ queue, sequence, id }: Cursor): string {
  return `${queue}.${sequence}~${id ?? ""}`;
}

/** @returns undefined for what is no cursor: an event id, or junk */
export function parseCursor(text: string): Cursor | undefined {
  const [, queue, sequence, id] = pattern.exec(text) ?? [];
  if (queue === undefined || sequence === undefined) return undefined;
  return { queue, sequence: Number(sequence), id: id === "" ? undefined : id };
}
