/** Tokens, blanks and lists in header fields, RFC 9110 §5.6. Pure, and linear in the header. */

/** 1 at the code of each character of a token (RFC 9110 §5.6.2). */
const tokenCharacters = new Uint8Array(128);
for (const character of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  tokenCharacters[character.charCodeAt(0)] = 1;
}

function isTokenCharacter(code: number): boolean {
  return tokenCharacters[code] === 1;
}

/** Spaces and tabs alone (RFC 9110 §5.6.3). */
function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

export function isToken(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!isTokenCharacter(text.charCodeAt(at))) return false;
  return text.length > 0;
}

/** `trim` would take any Unicode blank, and a regular expression quadratic time. */
export function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** Whether a list of tokens names this one, in any case (RFC 9110 §5.6.1). `token` is in lower case. */
export function listsToken(list: string | undefined, token: string): boolean {
  return list?.split(",").some((element) => trimBlanks(element).toLowerCase() === token) ?? false;
}

/** Reads a list from left to right, and stops at the first character that must not be there, in the words of ws. */
export class HeaderReader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** @throws {SyntaxError} */
  token(): string {
    const start = this.at;
    while (isTokenCharacter(this.text.charCodeAt(this.at))) this.at++;
    if (this.at === start) throw this.unexpected();
    return this.text.slice(start, this.at);
  }

  /** A token, or one in quotes: without its escapes it must be a token again (RFC 6455 §9.1). @throws {SyntaxError} */
  value(): string {
    if (!this.takes('"')) return this.token();
    let value = "";
    do {
      this.takes("\\");
      value += this.tokenCharacter();
    } while (!this.takes('"'));
    return value;
  }

  /** Whether `character` is next; then it is read. */
  takes(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  /** The same with blanks on both sides. */
  takesSeparator(character: string): boolean {
    this.skipBlanks();
    if (!this.takes(character)) return false;
    this.skipBlanks();
    return true;
  }

  /** Whether the list has another element. @throws {SyntaxError} if it neither goes on nor ends here */
  another(): boolean {
    if (this.takesSeparator(",")) return true;
    const ended = this.at === this.text.length && !isBlank(this.text.charCodeAt(this.at - 1));
    if (!ended) throw this.unexpected();
    return false;
  }

  private tokenCharacter(): string {
    if (!isTokenCharacter(this.text.charCodeAt(this.at))) throw this.unexpected();
    return this.text.charAt(this.at++);
  }

  private skipBlanks(): void {
    while (isBlank(this.text.charCodeAt(this.at))) this.at++;
  }

  private unexpected(): SyntaxError {
    const ended = this.at >= this.text.length;
    return new SyntaxError(ended ? "Unexpected end of input" : `Unexpected character at index ${this.at}`);
  }
}
