import { TerminalError } from '#libs/operations';

export class UnknownKeyError extends TerminalError {
  constructor(id: string) {
    super('gateway/no-such-key', `there is no key ${id}`, [
      { field: 'id', value: id, message: 'expected the id of a key, such as GET /keys lists' },
    ]);
  }
}

/** A key that is revoked or has expired cannot be given a new secret. */
export class KeyOverError extends TerminalError {
  constructor(id: string, status: string) {
    super('gateway/key-over', `the key ${id} is ${status}: make a new one`, [
      { field: 'id', value: id, message: 'expected a key that is taken' },
    ]);
  }
}
