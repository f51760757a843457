/** `@anywire/eventsource`: its parser. */

import { createParser } from "@anywire/eventsource/parser";
import { runParser } from "../peer-parser.ts";

runParser(createParser);
