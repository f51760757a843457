/** The nginx of this machine, for tests behind a real proxy. */

import { findProgram } from "./find-program.ts";

/** Said by a test that is skipped for want of it. */
export const noNginx = "no nginx found (on PATH, in /usr/sbin, or named by the variable NGINX)";

/** @returns the path of the program: what the variable NGINX names, else the first one on PATH or in /usr/sbin, which is on root's PATH only */
export function findNginx(): string | undefined {
  return findProgram({ variable: "NGINX", names: ["nginx"], places: ["/usr/sbin/nginx"] });
}
