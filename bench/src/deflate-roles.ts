/** The roles with permessage-deflate, for peers that take the options of `ws`. */

import type { Role } from "./peer-server.ts";

export interface DeflateOptions {
  readonly perMessageDeflate: {
    readonly serverNoContextTakeover?: boolean;
    readonly clientNoContextTakeover?: boolean;
  };
}

type RoleMaker = (options: DeflateOptions) => Role;

const withContext: DeflateOptions = { perMessageDeflate: {} };
const withoutContext: DeflateOptions = {
  perMessageDeflate: { serverNoContextTakeover: true, clientNoContextTakeover: true },
};

export function deflateRoles(echo: RoleMaker, broadcast: RoleMaker): [name: string, role: Role][] {
  return [
    ["deflate echo", echo(withContext)],
    ["deflate echo without context", echo(withoutContext)],
    ["deflate broadcast", broadcast(withContext)],
  ];
}
