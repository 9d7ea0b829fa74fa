import { TerminalError } from '#libs/operations';

/** A setting cannot be used as it stands. */
export class SettingError extends TerminalError {
  constructor(
    /** Name of the environment variable. */
    readonly setting: string,
    readonly value: unknown,
    readonly expected: string,
    options?: ErrorOptions,
  ) {
    super(
      'scraper/bad-setting',
      `${setting} is ${JSON.stringify(value)}: expected ${expected}`,
      undefined,
      options,
    );
  }
}
