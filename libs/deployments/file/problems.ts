import { TerminalError } from '#libs/operations';

/** Where something stands in a file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One mistake in a file. */
export interface FileProblem extends Place {
  readonly message: string;
}

/** A file that cannot be taken, with every mistake that was found in it, from its beginning to its end. */
export class DeploymentFileError extends TerminalError {
  readonly problems: readonly FileProblem[];

  constructor(
    readonly file: string,
    problems: readonly FileProblem[],
  ) {
    const inOrder = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
    const told = inOrder.map((problem) => `${placed(file, problem)}: ${problem.message}`);
    super('deployment/bad-file', told.join('\n'));
    this.problems = inOrder;
  }
}

/** Writes a place as editors and terminals understand it. */
export const placed = (file: string, { line, column }: Place): string => `${file}:${line}:${column}`;
