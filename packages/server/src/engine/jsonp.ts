/** JSONP, the polling of browsers without CORS: answers are scripts, packets come up as a form (Engine.IO 3, `j=` in the query). */

import { parse } from "node:querystring";

/** Fields that are looked at: the client sends one. */
const maxFields = 10;

/** What opens the script: the callback is named by digits alone, whatever the query says. */
export function callbackOf(index: string): string {
  return `___eio[${index.replace(/[^0-9]/g, "")}](`;
}

/** A payload as a script that hands it over. */
export function scriptOf(callback: string, payload: string): string {
  return `${callback}${scriptString(payload)});`;
}

/** JSON in which nothing is left that older scripts take for the end of a line (ECMAScript before 2019). */
export function scriptString(text: string): string {
  return JSON.stringify(text)
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}

/** @returns the payload that the form brings; undefined if it brings none, or more than one */
export function payloadOfForm(form: string): string | undefined {
  const { d } = parse(form, undefined, undefined, { maxKeys: maxFields });
  return typeof d === "string" ? unescapeLineEnds(d) : undefined;
}

/** Some browsers change the line ends of what a form sends, so the client writes LF as `\n`, and `\n` as `\\n`. */
function unescapeLineEnds(text: string): string {
  return text.replace(/(\\)?\\n/g, (_, isEscaped: string | undefined) => (isEscaped === undefined ? "\n" : "\\n"));
}
