import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ProfileChangedOutput } from '#libs/contracts';
import type { GatewayClient } from '../gateway/gateway-client.js';

/** Where the sample lies, seen from the project's root. */
export const SAMPLE_RESUME = path.join('samples', 'resume.json');
export const SAMPLE_PREFERENCES = path.join('samples', 'preferences.json');

/** Makes the sample the person's profile. */
export async function importSampleProfile(
  gateway: GatewayClient,
  root: string,
): Promise<ProfileChangedOutput> {
  const [resume, preferences] = await Promise.all(
    [SAMPLE_RESUME, SAMPLE_PREFERENCES].map(async (file) => {
      const text = await readFile(path.join(root, file), 'utf8');
      return JSON.parse(text) as object;
    }),
  );
  return gateway.put<ProfileChangedOutput>('/profile', { resume, preferences });
}
