import type { ApplicationStatus } from '#libs/contracts';
import { RetryableError, TerminalError } from '#libs/operations';

/** There is no browser to open a page with. */
export class NoBrowserError extends TerminalError {
  constructor(path: string | null) {
    super(
      'applier/no-browser',
      path === null
        ? 'no browser is set up to open a form with: set APPLIER_BROWSER to the path of a Chromium, such as /usr/bin/chromium'
        : `there is no browser at ${path}, where APPLIER_BROWSER says it is: set it to the path of a Chromium`,
    );
  }
}

export class BrowserFailedError extends RetryableError {
  constructor(why: string, options?: ErrorOptions) {
    super('applier/browser-failed', `the browser did not do its work: ${why}`, undefined, options);
  }
}

/** The application is none that a form could be filled in for. */
export class NoFormError extends TerminalError {
  constructor(applicationId: string, why: string) {
    super('applier/no-form', `application ${applicationId} has no form to fill in: ${why}`, [
      { field: 'applicationId', value: applicationId, message: why },
    ]);
  }
}

/** Its form is past being filled in. */
export class PastFormError extends TerminalError {
  constructor(applicationId: string, status: ApplicationStatus) {
    super(
      'applier/not-possible',
      `application ${applicationId} is ${status}: a form is filled in while it is prepared or to_hand_in`,
    );
  }
}

/** The page, or where it redirects to, lies in a private network. */
export class AddressRefusedError extends TerminalError {
  constructor(host: string) {
    super(
      'applier/address-refused',
      `${host} is not opened: it lies in a private network (APPLIER_BROWSER_TRUSTED names those that may)`,
    );
  }
}
