import { PlatformError } from '#libs/run-log';
import type { Key } from './key-values.js';

const name = (key: Key): string => key.join('/');

/** A key that was to be new is there already. */
export class KeyExistsError extends PlatformError {
  readonly code = 'key-values/key-exists';
  readonly disposition = 'terminal';
  constructor(
    readonly bucket: string,
    readonly key: Key,
  ) {
    super(`${bucket} holds ${name(key)} already`);
  }
}

/** Somebody else has written the key meanwhile: read again. */
export class RevisionConflictError extends PlatformError {
  readonly code = 'key-values/revision-conflict';
  readonly disposition = 'retry';
  constructor(
    readonly bucket: string,
    readonly key: Key,
    readonly expected: number,
  ) {
    super(`${name(key)} in ${bucket} is no longer at revision ${expected}`);
  }
}

/** The broker cannot be reached; whether a write was stored is unknown. */
export class KeyValuesUnavailableError extends PlatformError {
  readonly code = 'key-values/unavailable';
  readonly disposition = 'retry';
  constructor(
    readonly bucket: string,
    options?: ErrorOptions,
  ) {
    super(`the bucket ${bucket} does not answer; is the broker up?`, options);
  }
}

/** The broker has no room left. */
export class StorageFullError extends PlatformError {
  readonly code = 'key-values/full';
  readonly disposition = 'retry';
  constructor(
    readonly bucket: string,
    options?: ErrorOptions,
  ) {
    super(`the broker has no room for another value of ${bucket}; raise its storage limit`, options);
  }
}

/** A value is larger than a bucket takes. */
export class ValueTooLargeError extends PlatformError {
  readonly code = 'key-values/value-too-large';
  readonly disposition = 'terminal';
  constructor(
    readonly bucket: string,
    readonly key: Key,
    readonly bytes: number,
    readonly limit: number,
  ) {
    super(`the value of ${name(key)} has ${bytes} bytes; ${bucket} takes at most ${limit}`);
  }
}

/** A large value's pieces are gone, though its key is there. */
export class ValueLostError extends PlatformError {
  readonly code = 'key-values/value-lost';
  readonly disposition = 'halt';
  constructor(
    readonly bucket: string,
    readonly key: Key,
    readonly revision: number,
  ) {
    super(`${bucket} no longer holds all pieces of ${name(key)} at revision ${revision}`);
  }
}

/** A key has no parts, or is too long to be one. */
export class InvalidKeyError extends PlatformError {
  readonly code = 'key-values/invalid-key';
  readonly disposition = 'terminal';
}
