import { createHmac } from 'node:crypto';
import type { HostileRequest } from './hostile-request.js';

const KEY = Buffer.from('the key of hostile senders, 32 b');

/** What the gateway has to check requests of hostile senders with, under the webhook HOSTILE. */
export const HOSTILE_SECRET = { TRIGGER_SECRET_HOSTILE: `whsec_${KEY.toString('base64')}` };

let count = 0;

/** Signs every other request to a webhook, so that what stands in it is looked at; leaves all others as they are. */
export function signed(request: HostileRequest): HostileRequest {
  if (!request.target.startsWith('/hooks/') || count++ % 2 === 1) return request;
  const at = Math.floor(Date.now() / 1_000);
  const id = `hostile-${count}`;
  const mac = createHmac('sha256', KEY)
    .update(`${id}.${at}.`)
    .update(request.body ?? '')
    .digest('base64');
  return {
    ...request,
    headers: {
      ...request.headers,
      'webhook-id': id,
      'webhook-timestamp': String(at),
      'webhook-signature': `v1,${mac}`,
    },
  };
}
