/** Texts that break framings which are not careful. */

export const texts: readonly string[] = [
  "plain",
  "é 漢字 😀",
  "\u2028\u2029\0",
  "two\nlines\r\nand\rmore\n",
  "data: x\n\ndata: y",
  "event: json",
  ": comment",
  " space before",
  "\ufeffmark",
  '</script><script>parent.___eio[0]("41")</script><!--',
  '"\\u2028\\n"',
  "x".repeat(300_000),
  "😀".repeat(100_000),
];
