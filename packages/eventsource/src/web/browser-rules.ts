/** Whether the platform's fetch is under the rules of a browser. */

/**
 * In a browser and its workers, cookies are the browser's own, and where a redirect leads is hidden from the program. One and
 * the same reason forbids to set a Cookie header (Fetch §2.2.2, "forbidden request-header"), which shows without a request.
 */
export function hasBrowserRules(): boolean {
  if (typeof Request === "undefined") return false;
  return !new Request("http://localhost/", { headers: { Cookie: "a=b" } }).headers.has("Cookie");
}
