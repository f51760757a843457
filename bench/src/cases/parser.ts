/** Parsing of event streams as the APIs of language models send them, events of some 200 bytes. */

import type { BenchCase } from "../bench-case.ts";
import { measureMessages } from "../measure.ts";
import { tokenStreamForms } from "../token-stream.ts";

function parserCase(role: string): BenchCase {
  return {
    name: `parse events of 200 B, ${role}`,
    peers: ["eventsource-parser", "@anywire/eventsource"],
    unit: "event",
    side: "parser",
    role,
    size: { connections: 0, warmUp: 400_000, messages: 8_000_000 },
    quick: { connections: 0, warmUp: 4_000, messages: 20_000 },
    measure: measureMessages,
  };
}

export default [...tokenStreamForms.keys()].map(parserCase);
