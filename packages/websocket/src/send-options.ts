/** Options of `send`, as the form that a message leaves in. */

import type { SendForm } from "./node/outgoing.ts";

export interface SendOptions {
  /** @default whether the data is something else than a string */
  binary?: boolean | undefined;
  /** Compress it, if that was agreed on. @default true */
  compress?: boolean | undefined;
  /** False for all but the last fragment of a message. @default true */
  fin?: boolean | undefined;
  /** @default true for a client */
  mask?: boolean | undefined;
}

/** What most messages are sent with: made once. */
const usual = [false, true].map((masked) =>
  [false, true].map((binary): SendForm => ({ binary, compress: true, fin: true, masked })),
);

/**
 * With `binary: undefined` even a Buffer goes out as text: what is given counts by its truth, as in ws. But nothing that
 * was left undefined keeps a message from ending, or a client from masking it (RFC 6455 §5.3).
 * @param masked whether our side masks
 */
export function sendForm(binary: boolean, masked: boolean, options: SendOptions | undefined): SendForm {
  const form = usual[Number(masked)]?.[Number(binary)] ?? { binary, compress: true, fin: true, masked };
  if (typeof options !== "object" || options === null) return form;
  return {
    binary: "binary" in options ? Boolean(options.binary) : binary,
    compress: "compress" in options ? Boolean(options.compress) : true,
    fin: options.fin ?? true,
    masked: options.mask ?? masked,
  };
}
