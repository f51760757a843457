/** Our client, under the same contracts. */

import type { Library } from "./library.ts";

/** Named by a variable, as its classes are not those that the contracts are typed with. */
const root: string = "../../src/node.ts";

export const ours: Library = await import(root);
