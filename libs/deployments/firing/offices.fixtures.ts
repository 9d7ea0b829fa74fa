import { testNats } from '#libs/testing';
import { Clock, openOffice, owner, type Office, type OfficeOptions } from '../testing.fixtures.js';

export const by = { actor: owner };
export const EIGHT = '2030-03-01T08:00:00.000Z';

/** Of the test that runs. */
export let url: string;
export let clock: Clock;
export let office: Office;
export const others: Office[] = [];

/** Opens an office at eight, on a broker that nobody else has. */
export async function openFirst(): Promise<void> {
  ({ url } = testNats());
  clock = new Clock(Date.parse(EIGHT));
  office = await openOffice(url, { clock });
}

/** Opens another one beside it, as another process has it. */
export async function other(options: Partial<OfficeOptions> = {}): Promise<Office> {
  const opened = await openOffice(url, { clock, ...options });
  others.push(opened);
  return opened;
}

export async function closeAll(): Promise<void> {
  for (const each of [...others.splice(0), office]) await each.close();
}
