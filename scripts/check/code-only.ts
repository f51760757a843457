/** TypeScript with comments and the text of strings blanked out, line by line where it was: what is left is code. */

/** One token that hides code-like text; a `/` begins a regular expression only where a value may begin. */
const token =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|\$\{[^{}`]*\}|[^`\\])*`|(?<=(?:^|[=(,:[!&|?{};\n]|=>|\breturn)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[dgimsuvy]*/g;

export function codeOnly(text: string): string {
  return text.replace(token, (hidden) => (hidden.startsWith("`") ? blankTemplate(hidden) : blank(hidden)));
}

/** What stands in `${…}` is code. */
function blankTemplate(template: string): string {
  return template
    .split(/(\$\{[^{}`]*\})/)
    .map((part) => (part.startsWith("${") ? part : blank(part)))
    .join("");
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}
