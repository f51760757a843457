import { namespacesContract } from "./namespaces.contract.ts";
import { theirs } from "./theirs.ts";

namespacesContract("socket.io", theirs);
