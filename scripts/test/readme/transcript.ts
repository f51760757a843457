/** What a program has printed so far, and a promise of what it will. */

export class Transcript {
  private text = "";
  private waiting: { readonly wanted: string | RegExp; readonly resolve: (text: string) => void }[] = [];

  readonly add = (more: string | Buffer): void => {
    this.text += `${more}\n`;
    const met = this.waiting.filter(({ wanted }) => this.has(wanted));
    this.waiting = this.waiting.filter((each) => !met.includes(each));
    for (const { resolve } of met) resolve(this.text);
  };

  /** @returns all text, once `wanted` is in it */
  until(wanted: string | RegExp): Promise<string> {
    if (this.has(wanted)) return Promise.resolve(this.text);
    return new Promise((resolve) => this.waiting.push({ wanted, resolve }));
  }

  toString(): string {
    return this.text;
  }

  private has(wanted: string | RegExp): boolean {
    return typeof wanted === "string" ? this.text.includes(wanted) : wanted.test(this.text);
  }
}
