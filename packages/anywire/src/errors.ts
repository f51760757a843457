/** Every way the product refuses: code → what is said of the subject. */

const rules = {
  "bad-port": "is not a port: give a whole number from 0 to 65535",
  "bad-host": "is not a host: give a name or an address",
  "bad-limit": "is not a number of milliseconds: give 0 or more",
  "port-taken": "is taken: choose another port with --port or PORT",
  "port-forbidden": "needs more rights than this process has: choose a port from 1024 on with --port or PORT",
  "address-unknown": "is no address of this machine: choose another with --host or HOST",
  "cannot-listen": "cannot be listened on",
  "chat-text": "takes exactly one argument, a string that is not blank",
  "chat-length": "takes 2000 characters at most",
} as const satisfies Record<string, string>;

export type AppErrorCode = keyof typeof rules;

/** The message is a sentence: the subject, and what is wrong with it. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: AppErrorCode;

  constructor(code: AppErrorCode, subject: string, cause?: unknown) {
    super(`${subject} ${rules[code]}`, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
