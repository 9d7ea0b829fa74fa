import { TerminalError } from '#libs/operations';
import type { Source } from '../sources/source.js';

export interface FoundBoard {
  readonly source: string;
  readonly board: string;
}

/**
 * Finds out which board of which source a person means by an address, or by a token beside the source's name.
 * Throws a TerminalError that says what was expected.
 */
export function findBoard(
  text: string,
  sourceName: string | undefined,
  sources: readonly Source[],
): FoundBoard {
  const withBoards = sources.filter(({ boards }) => boards !== null);
  const names = withBoards.map(({ name }) => name).join(', ');
  if (sourceName !== undefined) {
    const boards = withBoards.find(({ name }) => name === sourceName)?.boards;
    if (!boards)
      throw refused('source', sourceName, `${sourceName} has no boards of employers; these have: ${names}`);
    const read = boards.read(text);
    if (read) return { source: sourceName, board: read.board };
    const expected = `is no board of ${sourceName}: expected its token, or an address of it`;
    throw refused('board', text, `${JSON.stringify(text)} ${expected}`);
  }
  for (const { name, boards } of withBoards) {
    const read = boards?.read(text);
    if (read?.from === 'address') return { source: name, board: read.board };
  }
  throw refused(
    'board',
    text,
    `${JSON.stringify(text)} is no address of a board that is known: expected an address at one of ${names}, or a token beside source`,
  );
}

const refused = (field: string, value: string, message: string): TerminalError =>
  new TerminalError('operation/invalid-input', message, [{ field, value, message }]);
