/** JSON of a server, which may be anything. */

/** @returns an object without anything in it if the text is no JSON */
export function readJson(text: unknown): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(`${text}`));
  } catch {
    return {};
  }
}
