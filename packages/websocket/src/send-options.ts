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

/** @param masked whether our side masks */
export function sendForm(binary: boolean, masked: boolean, options: SendOptions | undefined): SendForm {
  const form = usual[Number(masked)]?.[Number(binary)] ?? { binary, compress: true, fin: true, masked };
  if (options === undefined) return form;
  return {
    binary: options.binary ?? binary,
    compress: options.compress ?? true,
    fin: options.fin ?? true,
    masked: options.mask ?? masked,
  };
}
