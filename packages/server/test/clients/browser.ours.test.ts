import { browserContract } from "./browser.contract.ts";
import { ours } from "./ours.ts";

browserContract("ours", ours, true);
