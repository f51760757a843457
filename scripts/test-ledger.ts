/** What really ran, told from node:test's events: a file in which Node found no test passes with it, and not with us. */

/** The part of node:test's events about tests that is read here. */
export interface TestReport {
  readonly name: string;
  /** Where the test stands: a file that is run, or one that it imports its tests from. */
  readonly file?: string;
  readonly skip?: string | boolean;
  readonly todo?: string | boolean;
  readonly details?: { readonly type?: string };
}

export class TestLedger {
  readonly skipped: string[] = [];
  passed = 0;
  failed = 0;
  /** Files that were run to their end, and those of them that Node reports as one test, for want of any. */
  private readonly ended = new Set<string>();
  private readonly empty = new Set<string>();

  /** `test:complete` */
  complete(report: TestReport): void {
    if (isFile(report)) this.ended.add(report.name);
  }

  /** `test:pass` */
  pass(report: TestReport): void {
    if (isFile(report)) this.empty.add(report.name);
    else if (isGiven(report.skip)) this.skipped.push(typeof report.skip === "string" ? report.skip : report.name);
    else if (!isGiven(report.todo) && !isSuite(report)) this.passed += 1;
  }

  /** `test:fail`: of a test, or of a file that did not load or end. */
  fail(report: TestReport): void {
    if (!isGiven(report.todo) && !isSuite(report)) this.failed += 1;
  }

  /** The files of `listed` in which no test ran. */
  silent(listed: readonly string[]): string[] {
    return listed.filter((file) => !this.ended.has(file) || this.empty.has(file));
  }

  summary(): string {
    const files = this.ended.size - this.empty.size;
    return `${files} files, ${this.skipped.length} skipped\n${this.passed} passed, ${this.failed} failed`;
  }
}

/** Node reports on a whole file as a test named by its path. */
const isFile = ({ name, file }: TestReport): boolean => name === file;

const isSuite = ({ details }: TestReport): boolean => details?.type === "suite";

/** Node says `skip: ""` for a skip without a reason. */
const isGiven = (mark: string | boolean | undefined): boolean => mark !== undefined && mark !== false;
