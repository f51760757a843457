/** Errors that a program can tell apart. */

/** `code`: see docs/plain.md. */
export type CodedError = Error & { readonly code: string };

export function coded(code: string, message = code): CodedError {
  return Object.assign(Error(message), { code });
}
