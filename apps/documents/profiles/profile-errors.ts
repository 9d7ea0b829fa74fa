import { RetryableError, sentenceOf, TerminalError } from '#libs/operations';
import type { FieldError } from '#libs/run-log';

export class NoProfileError extends TerminalError {
  constructor(userId: string) {
    super('documents/no-profile', `${userId} has no profile yet: import one by import_profile`);
  }
}

export class UnknownVersionError extends TerminalError {
  constructor(version: number, newest: number) {
    const message = `is no version of this profile; the newest is ${newest}`;
    super('documents/unknown-version', `version ${version} ${message}`, [
      { field: 'version', value: version, message },
    ]);
  }
}

/** Each field names path, value and expectation. */
export class InvalidProfileError extends TerminalError {
  constructor(fields: readonly FieldError[]) {
    super('documents/invalid-profile', sentenceOf('the profile', fields), fields);
  }
}

export class VersionConflictError extends TerminalError {
  constructor(expected: number, newest: number) {
    const message = `the newest version is ${newest}: read it and make the change again`;
    super('documents/version-conflict', `expected version ${expected}; ${message}`, [
      { field: 'expectedVersion', value: expected, message },
    ]);
  }
}

/** Another change came in between; another try goes on from it. */
export class ProfileBusyError extends RetryableError {
  constructor(userId: string) {
    super('documents/profile-busy', `the profile of ${userId} is being changed by somebody else`, 200);
  }
}
