/** npm's `eventsource-parser`. */

import { createParser } from "eventsource-parser";
import { runParser } from "../peer-parser.ts";

runParser(createParser);
