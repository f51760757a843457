/** Nothing committed tells of the machine that it was made on: no home folders, no package registries. */

import { findAll, type Rule } from "./source-tree.ts";

const folder = /(?<![\w.:/])\/(?:home|Users|root|work|workspace)\/[\w.-]+/g;
const registry = /https?:\/\/(?:registry\.[\w.-]+|[\w.-]+(?::4873|\/npm\/registry))/g;

export const machineTrace: Rule = ({ path, text }) => [
  ...findAll(path, text, [folder, "a path of one machine: $&"]),
  ...findAll(path, text, [registry, "the address of a registry: $&"]),
];
