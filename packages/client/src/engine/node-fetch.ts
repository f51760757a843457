/** Polling by `fetch` in Node.js, where the session keeps the cookies. */

import { Fetch, type FetchRequest } from "./fetch-polling.ts";
import { binaryOf } from "./packet-data.ts";
import type { RawData } from "./transport.ts";

export class NodeFetch extends Fetch {
  protected override binary(bytes: Uint8Array): RawData {
    return binaryOf(bytes, this.socket.binaryType);
  }

  protected override async ask(request: FetchRequest): Promise<Response> {
    const jar = this.socket._cookieJar;
    jar?.appendCookies(request.headers);
    const response = await super.ask(request);
    jar?.parseCookies(response.headers.getSetCookie());
    return response;
  }
}
