import type { WebhookRequest } from './webhook-request.js';

/** A webhook did not take what it was told. The error names its host; the address itself may be a secret. */
export class WebhookError extends Error {
  constructor(url: string, why: string, options?: ErrorOptions) {
    super(`${new URL(url).host} ${why}`, options);
  }
}

/** Posts to a webhook and gives it up after a while. Follows no redirect. Throws WebhookError. */
export async function postWebhook(
  { url, headers, body }: WebhookRequest,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const patience = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.any([patience, signal]),
    });
  } catch (error) {
    if (patience.aborted) throw new WebhookError(url, `did not answer within ${timeoutMs} ms`);
    if (signal.aborted) throw new WebhookError(url, 'was not waited for: the work was called off');
    throw new WebhookError(url, 'cannot be reached', { cause: error });
  }
  await response.body?.cancel();
  if (!response.ok) throw new WebhookError(url, `answered ${response.status}`);
}
