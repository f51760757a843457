import { namespacesContract } from "./namespaces.contract.ts";
import { ours } from "./ours.ts";

namespacesContract("ours", ours);
