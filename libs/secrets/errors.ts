/** A secret that a setting refers to is not there, or cannot be used. The error names the reference, never a value. */
export class UnreadableSecretError extends Error {
  readonly code = 'secrets/unreadable';
  readonly disposition = 'terminal';

  constructor(
    readonly setting: string,
    why: string,
    options?: ErrorOptions,
  ) {
    super(`${setting} ${why}`, options);
    this.name = 'UnreadableSecretError';
  }
}
