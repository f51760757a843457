/** Programs that listen to event streams in Node, on @anywire/eventsource. */

import { dropInFor, reaches, scenario } from "./drop-in.ts";

const app = dropInFor("eventsource", [
  "@modelcontextprotocol/sdk",
  "@sanity/client",
  "@stellar/stellar-sdk",
  "@microsoft/signalr",
  "pocketbase",
]);

reaches(app, ["@modelcontextprotocol/sdk", "@sanity/client", "@stellar/stellar-sdk", "@microsoft/signalr"]);
scenario(app, "MCP lists and calls tools, and connects anew", { file: "mcp.mjs" });
scenario(app, "Sanity listens, comes back, and is told of a refusal", { file: "sanity.mjs" });
scenario(app, "Stellar's ledgers go on after their cursor", { file: "stellar.mjs" });
scenario(app, "PocketBase subscribes, and again after it came back", { file: "pocketbase.mjs" });
scenario(app, "SignalR that is given the class has its headers, cookies and calls", { file: "signalr.mjs" });
