import { browserContract } from "./browser.contract.ts";
import { theirs } from "./theirs.ts";

browserContract("socket.io", theirs, false);
