/** Where the log of ours is not the log of Chromium 156's own EventSource, and why. A row that explains nothing fails the test. */

export type Side = "in Node" | "in a page";
export type Log = readonly string[];

export interface Difference {
  readonly reason: string;
  readonly sides: readonly Side[];
  /** All that are named must differ by it; without names, one must. */
  readonly scripts?: readonly string[];
  /** What the log of ours is, where that of Chromium's own is `log`; `others` are its logs of other scripts. */
  becomes(log: Log, others: ReadonlyMap<string, Log>): Log;
}

const both: readonly Side[] = ["in Node", "in a page"];

const likeThat =
  (name: string) =>
  (_log: Log, others: ReadonlyMap<string, Log>): Log =>
    others.get(name) ?? [];

const eachLine =
  (change: (line: string) => string | readonly string[]) =>
  (log: Log): Log =>
    log.flatMap(change);

const isRequest = (line: string): boolean => /^[A-Z]+ (?:here|other) /.test(line);

const barred = [
  "another origin that allows nobody",
  "another origin that allows a third",
  "another origin that allows an empty one",
  "withCredentials without leave",
  "withCredentials where any is allowed",
];

const redirected = [
  ...[301, 302, 303, 307, 308].map((status) => `a redirect with ${status}`),
  "a redirect, then the first URL again",
  "a permanent redirect, then the first URL again",
  "a chain of redirects",
  "twenty redirects",
  "a redirect with a fragment",
  "a redirect to a query",
  "a redirect to another origin",
  "a redirect to another origin and an id",
  "a redirect to another origin and back",
  "a redirect from another origin to here",
  "an id is sent to where a redirect leads",
  "a cookie of a redirect",
];

/** A request to the URL of the one before it is a reconnection. */
function fromTheFirstUrl(log: Log): Log {
  const targetOf = (line = ""): string => line.split(";", 1)[0] ?? "";
  const first = log.find(isRequest) ?? "";
  return log.map((line, at) => {
    if (!isRequest(line) || targetOf(line) !== targetOf(log[at - 1])) return line;
    const [origin = ""] = /; origin: \{here\}/.exec(first) ?? [];
    const again = line.replace(/; origin: [^;]*/, "").replace(targetOf(line), targetOf(first));
    return again.replace("cache-control: no-cache", `cache-control: no-cache${origin}`);
  });
}

/** The stream is heard until it ends. */
function heard(log: Log): Log {
  const text = log.some((line) => line.startsWith('["message"')) ? "two" : "one";
  const stream = [
    '["open",1,"trusted",null,null,null]',
    `["message",1,"trusted","${text}","","{other}"]`,
    '["error",0,"trusted",null,null,null]',
  ];
  return log.flatMap((line) => (line.startsWith('["error",2') ? stream : [line]));
}

export const differences: readonly Difference[] = [
  {
    reason: "Chromium takes a line end right behind a BOM for a part of the line (§9.2.6 does not)",
    sides: both,
    scripts: ["a BOM before an empty line"],
    becomes: likeThat("a BOM"),
  },
  {
    reason: "Chromium refuses charsets other than UTF-8; the standard reads all streams as UTF-8 (§9.2.5)",
    sides: both,
    scripts: ["a Content-Type with charset windows-1252", "a Content-Type with a charset that nobody knows"],
    becomes: likeThat("a Content-Type with charset utf-8"),
  },
  {
    reason: "where redirects lead is hidden from a polyfill, so it tries a futile one again",
    sides: ["in a page"],
    scripts: ["a redirect to another scheme"],
    becomes: likeThat("a refused connection"),
  },
  {
    reason: "Chromium comes back after a redirect to data:, which leads nowhere each time; ours fails",
    sides: ["in Node"],
    scripts: ["a redirect to data:"],
    becomes: likeThat("a redirect to another scheme"),
  },
  {
    reason: "Chromium knows what can be no blob: URL; ours takes it for one that is gone",
    sides: both,
    scripts: ["the URL blob:x"],
    becomes: eachLine((line) => line.replace('["error",2', '["error",0')),
  },
  {
    reason:
      "Chromium comes back to where redirects led, as the letter of §9.2.3; ours asks the first URL, which may lead elsewhere by now",
    sides: both,
    scripts: redirected,
    becomes: fromTheFirstUrl,
  },
  {
    reason: "a refusal by CORS looks like any network error to a polyfill",
    sides: ["in a page"],
    scripts: [...barred, "an origin that is barred later", "a redirect to an origin that is barred"],
    becomes: eachLine((line) => line.replace('["error",2', '["error",0')),
  },
  {
    reason:
      "the fetch of Chromium has no safe Last-Event-ID, so it asks other origins before (Fetch §2.2.2); its EventSource never asks",
    sides: ["in a page"],
    scripts: [
      "another origin and an id",
      "another origin and an id that asks for a preflight",
      "another origin and an id of 255 characters",
      "another origin and an id of other scripts",
      "a redirect to another origin and an id",
    ],
    becomes: eachLine((line) => {
      if (!/^GET other .*last-event-id/.test(line)) return line;
      const asks =
        "accept: */*; cache-control: no-cache; origin: {here}; access-control-request-headers: last-event-id";
      return [line.replace(/^GET ([^;]*);.*/, `OPTIONS $1; ${asks}`), line];
    }),
  },
  {
    reason: "Node has no origin of its own, so nobody bars it",
    sides: ["in Node"],
    scripts: [...barred, "an origin that is barred later", "a redirect to an origin that is barred"],
    becomes: heard,
  },
  {
    reason: "Node has no origin of its own to send",
    sides: ["in Node"],
    becomes: eachLine((line) => line.replace(/; origin: [^;]*/, "")),
  },
  {
    reason: "Node has no origin of its own, so its blobs have none",
    sides: ["in Node"],
    scripts: ["the URL {blob}"],
    becomes: eachLine((line) => line.replace('"{here}"]', '"null"]')),
  },
  {
    reason: "Node has no origin of its own, so a cookie jar is for every origin",
    sides: ["in Node"],
    scripts: ["cookies of another origin"],
    becomes: (log, others) => [
      ...log.filter((line) => !isRequest(line)),
      ...requestsOf(others, "cookies of another origin, withCredentials"),
    ],
  },
  {
    reason: "no script can make an event that a browser trusts",
    sides: ["in a page"],
    becomes: eachLine((line) => line.replace('"trusted"', '"untrusted"')),
  },
];

function requestsOf(others: ReadonlyMap<string, Log>, name: string): Log {
  const requests = (others.get(name) ?? []).filter(isRequest);
  return requests.map((line) => line.replace("; origin: {here}", ""));
}
