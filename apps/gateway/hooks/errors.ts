import { RetryableError, TerminalError } from '#libs/operations';
import { UnauthenticatedError } from '../identity/errors.js';

/** Nothing is called at this address: it says the same of what there is not and of what takes no webhooks. */
export class UnknownHookError extends TerminalError {
  constructor() {
    super('gateway/unknown-hook', 'there is no webhook at this address');
  }
}

/** A request that whoever holds the secret has not signed, or not just now. */
export class BadSignatureError extends UnauthenticatedError {
  constructor(why: string, options?: ErrorOptions) {
    super('gateway/bad-signature', `the webhook is refused: ${why}`, options);
  }

  override get challenge(): string {
    return 'Signature realm="webhooks"';
  }
}

/** The secret that signatures are checked with cannot be had; the gateway's log says which, and whoever calls need not. */
export class HookNotReadyError extends RetryableError {
  constructor(options?: ErrorOptions) {
    super(
      'gateway/hook-not-ready',
      'this webhook cannot be checked for the moment: the gateway has no secret for it, and its log says which',
      60_000,
      options,
    );
  }
}
