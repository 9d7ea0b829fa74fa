import type { IncomingHttpHeaders } from 'node:http';
import { verify as verifyGitHub } from '@octokit/webhooks-methods';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import type { WebhookScheme } from '#libs/deployments';
import { BadSignatureError } from './errors.js';

/** A signed request: what was signed are its very bytes. */
export interface Delivery {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Scheme {
  /** Without all of these a request is not signed in this way. */
  readonly needed: readonly string[];
  /** The header that is the same whenever the same event is delivered. */
  readonly id: string;
  /** Throws BadSignatureError. */
  readonly verify: (secret: string, delivery: Delivery) => void | Promise<void>;
}

/** The scheme puts full stops between what it signs, so that an id with one in it could be read in two ways. */
const ID = /^[\x21-\x2d\x2f-\x7e]{1,128}$/;

/** Source: standardwebhooks.com, specification 1; docs.github.com, "Validating webhook deliveries". */
const SCHEMES: Readonly<Record<WebhookScheme, Scheme>> = {
  standard: {
    needed: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
    id: 'webhook-id',
    verify: (secret, { headers, body }) => {
      const given = (name: string): string => String(headers[name] ?? '');
      try {
        new Webhook(secret).verify(
          body,
          {
            'webhook-id': given('webhook-id'),
            'webhook-timestamp': given('webhook-timestamp'),
            'webhook-signature': given('webhook-signature'),
          },
          { jsonParse: false },
        );
      } catch (cause) {
        if (!(cause instanceof WebhookVerificationError)) throw cause;
        throw new BadSignatureError(WHY[cause.message] ?? NO_MATCH, { cause });
      }
    },
  },
  github: {
    needed: ['x-hub-signature-256', 'x-github-delivery'],
    id: 'x-github-delivery',
    verify: async (secret, { headers, body }) => {
      const signature = String(headers['x-hub-signature-256'] ?? '');
      // The library takes what is empty for a mistake of its caller.
      const isSigned = body !== '' && signature !== '' && (await verifyGitHub(secret, body, signature));
      if (!isSigned) throw new BadSignatureError(NO_MATCH);
    },
  },
};

const NO_MATCH = 'its signature is not that of the secret and this body';

/** The library's words, and what they mean to whoever has to mend it. */
const WHY: Readonly<Record<string, string>> = {
  'Message timestamp too old': 'its timestamp is more than five minutes ago',
  'Message timestamp too new': 'its timestamp is more than five minutes ahead',
  'Invalid Signature Headers': 'its timestamp is no number of seconds',
};

/** Tells whether a request is signed in a way at all, well or not. */
export const isSignedBy = (scheme: WebhookScheme, headers: IncomingHttpHeaders): boolean =>
  SCHEMES[scheme].needed.every((name) => headers[name] !== undefined);

/** Lists the headers that a way of signing needs. */
export const headersOf = (scheme: WebhookScheme): readonly string[] => SCHEMES[scheme].needed;

/**
 * Checks a signature by the library of whoever specified it; gives the id of the event. Throws BadSignatureError, and
 * whatever the library throws at a secret that is none.
 */
export async function verify(scheme: WebhookScheme, secret: string, delivery: Delivery): Promise<string> {
  const { id, verify: check } = SCHEMES[scheme];
  await check(secret, delivery);
  const said = String(delivery.headers[id] ?? '');
  if (!ID.test(said))
    throw new BadSignatureError(`its ${id} must have 1 to 128 characters without blanks and full stops`);
  return said;
}
