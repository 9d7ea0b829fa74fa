/** The administrators' keys that gateways have told, by the broker that they are kept on: each is told once. */
const told = new Map<string, string>();

/** Takes down the key out of what a gateway says when it starts for the first time. */
export function noteAdminKey(broker: string, lines: readonly string[]): void {
  const key = lines.map((line) => /\bjh_admin\d+_[A-Za-z0-9_-]{43}\b/.exec(line)?.[0]).find(Boolean);
  if (key !== undefined) told.set(broker, key);
}

export function adminKeyOf(broker: string): string {
  const key = told.get(broker);
  if (key === undefined) throw new Error('no gateway has told the key of its administrator');
  return key;
}

/** Has the administrator make a key for somebody who hunts. */
export async function keyFor(userId: string, gatewayUrl: string, broker: string): Promise<string> {
  const answer = await fetch(new URL('/keys', gatewayUrl), {
    method: 'POST',
    headers: { authorization: `Bearer ${adminKeyOf(broker)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: `${userId} here`, userId, role: 'member' }),
  });
  if (answer.status !== 201) throw new Error(`no key for ${userId}: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { key: string }).key;
}
