/** The header Sec-WebSocket-Extensions, RFC 6455 §9.1. Results and errors are those of ws. */

import { HeaderReader } from "./header-list.ts";

/** Null-prototype. A parameter has one value for each time that it was named; `true` is none. */
export type ExtensionParameters = Record<string, (string | true)[]>;

/** Null-prototype. An extension has one set of parameters for each time that it was named. */
export type Extensions = Record<string, ExtensionParameters[]>;

type ParameterValue = string | number | boolean;

/** `true` writes the name alone; a list names the parameter once for each value. */
export type FormattableParameters = Readonly<Record<string, ParameterValue | readonly ParameterValue[]>>;

/**
 * In the order of the header, in time linear in it.
 * @throws {SyntaxError}
 */
export function parseExtensions(header: string): Extensions {
  const reader = new HeaderReader(header);
  const extensions: Extensions = Object.create(null);
  do append(extensions, reader.token(), readParameters(reader));
  while (reader.another());
  return extensions;
}

/** The value of a header that says this. */
export function formatExtensions(
  extensions: Readonly<Record<string, FormattableParameters | readonly FormattableParameters[]>>,
): string {
  return Object.entries(extensions)
    .flatMap(([name, sets]) => listOf(sets).map((parameters) => [name, ...formatParameters(parameters)].join("; ")))
    .join(", ");
}

function readParameters(reader: HeaderReader): ExtensionParameters {
  const parameters: ExtensionParameters = Object.create(null);
  while (reader.takesSeparator(";")) append(parameters, reader.token(), reader.takes("=") ? reader.value() : true);
  return parameters;
}

function formatParameters(parameters: FormattableParameters): string[] {
  return Object.entries(parameters).flatMap(([name, values]) =>
    listOf(values).map((value) => (value === true ? name : `${name}=${value}`)),
  );
}

function append<T>(lists: Record<string, T[]>, name: string, item: T): void {
  const list = lists[name];
  if (list === undefined) lists[name] = [item];
  else list.push(item);
}

function listOf<T>(items: T | readonly T[]): readonly T[] {
  return isList(items) ? items : [items];
}

/** `Array.isArray` does not tell a read-only array from the rest. */
function isList<T>(items: T | readonly T[]): items is readonly T[] {
  return Array.isArray(items);
}
