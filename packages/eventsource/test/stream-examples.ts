/** Streams, with LF for line ends, and the events in them: the standard's own examples (WHATWG HTML §9.2.6), and corner cases. */

export type StreamExample = readonly [
  name: string,
  stream: string,
  events: readonly (readonly [type: string, data: string, lastEventId: string])[],
];

export const streamExamples: readonly StreamExample[] = [
  ["one event of three lines", "data: YHOO\ndata: +2\ndata: 10\n\n", [["message", "YHOO\n+2\n10", ""]]],
  [
    "four blocks, of which the last is not complete",
    ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event",
    [
      ["message", "first event", "1"],
      ["message", "second event", ""],
    ],
  ],
  [
    "two events of empty data, and one that never ends",
    "data\n\ndata\ndata\n\ndata:",
    [
      ["message", "", ""],
      ["message", "\n", ""],
    ],
  ],
  [
    "an id without data, which counts for the events behind it",
    "id: 7\n\ndata: a\n\nevent: b\ndata: b\nid\n\n",
    [
      ["message", "a", "7"],
      ["b", "b", ""],
    ],
  ],
  [
    "with and without a space",
    "data:test\n\ndata: test\n\n",
    [
      ["message", "test", ""],
      ["message", "test", ""],
    ],
  ],
  ["an id with NUL", "id: 1\nid: 2\0\ndata: a\n\n", [["message", "a", "1"]]],
  ["text beyond Latin-1, and beyond the first plane", "event: é\ndata: 確か 🙂\n\n", [["é", "確か 🙂", ""]]],
  [
    "more line ends than one",
    "\n\ndata: a\n\n\n\ndata: b\n\n\n",
    [
      ["message", "a", ""],
      ["message", "b", ""],
    ],
  ],
  ["a name without data, which is forgotten", "event: a\n\ndata: b\n\n", [["message", "b", ""]]],
];
