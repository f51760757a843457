/** The fenced code blocks of a Markdown text. */

export interface CodeBlock {
  /** First word after the fence: `js`. */
  readonly language: string;
  /** The words after it: what the block is called. */
  readonly title: string;
  readonly text: string;
}

const fenced = /^```(\w+) *([^\n]*)\n([\s\S]*?)^```$/gm;

export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(fenced)].map(([, language = "", title = "", text = ""]) => ({ language, title, text }));
}
