/**
 * What the program's exit code says, for scripts and service managers:
 *   0  done, or stopped as asked
 *   1  a fault: a part failed, or something that we did not foresee (then with a stack)
 *   2  nothing is broken, but something has to be set up or changed first; the message names the remedy
 */
export type ExitCode = 0 | 1 | 2;

/**
 * A failure that a person can mend without reading our code: it says what is wrong and what to do. Printed without a
 * stack, since a stack tells an administrator nothing.
 */
export class PlainError extends Error {
  constructor(
    message: string,
    readonly remedy: string,
    readonly exitCode: 1 | 2 = 2,
  ) {
    super(message);
    this.name = 'PlainError';
  }
}

/** One text for the terminal: what is wrong, then the remedy. Anything unforeseen keeps its stack. */
export function describeFailure(error: unknown): { text: string; exitCode: 1 | 2 } {
  if (error instanceof PlainError) {
    return { text: `${error.message}\n  What to do: ${error.remedy}`, exitCode: error.exitCode };
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { text, exitCode: 1 };
}
