/** What really ran, told from node:test's events: a file in which Node found no test passes with it, and not with us. */

/** The part of node:test's `test:pass` and `test:fail` events that is read here. */
export interface TestReport {
  readonly name: string;
  readonly file?: string;
  readonly skip?: string | boolean;
  readonly todo?: string | boolean;
  readonly details?: { readonly type?: string };
}

export class TestLedger {
  readonly skipped: string[] = [];
  passed = 0;
  failed = 0;
  private readonly ran = new Set<string>();

  pass(report: TestReport): void {
    if (!this.note(report)) return;
    if (isGiven(report.skip)) this.skipped.push(typeof report.skip === "string" ? report.skip : report.name);
    else if (!isGiven(report.todo)) this.passed += 1;
  }

  fail(report: TestReport): void {
    this.note(report);
    if (!isGiven(report.todo) && report.details?.type !== "suite") this.failed += 1;
  }

  /** The files of `listed` in which no test ran. */
  silent(listed: readonly string[]): string[] {
    return listed.filter((file) => !this.ran.has(file));
  }

  summary(): string {
    return `${this.ran.size} files, ${this.skipped.length} skipped\n${this.passed} passed, ${this.failed} failed`;
  }

  /** @returns whether it is a test: Node reports a whole file as a test named by its path, and suites too */
  private note({ name, file, details }: TestReport): boolean {
    if (file === undefined || name === file) return false;
    this.ran.add(file);
    return details?.type !== "suite";
  }
}

/** Node says `skip: ""` for a skip without a reason. */
function isGiven(mark: string | boolean | undefined): boolean {
  return mark !== undefined && mark !== false;
}
