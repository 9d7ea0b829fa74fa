import { isEmail } from 'class-validator';
import type { JobDto } from '#libs/contracts';

/** Where an application to a job can be mailed to. */
export interface Address {
  /** Null where the job names none, or several between which a person has to choose. */
  readonly address: string | null;
  /** The subject that the employer asks for; null where none. */
  readonly subject: string | null;
  /** Addresses between which it cannot be told. */
  readonly several: readonly string[];
}

const NONE: Address = { address: null, subject: null, several: [] };

/** So many `@` are looked at; a text with more of them is no posting. */
const MOST_SIGNS = 1_000;
const LOCAL = /[A-Za-z0-9._%+-]+$/;
const DOMAIN = /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-])/;

/** They are there for something else. */
const NOT_FOR_APPLICATIONS =
  /^(no-?reply|do-?not-?reply|datenschutz|privacy|dpo|dsb|gdpr|dsgvo|abuse|postmaster|webmaster|press|presse|support|sales|accommodat|accessib|legal|billing|security|unsubscribe)/i;
const FOR_APPLICATIONS =
  /^(jobs?\b|bewerb|career|karriere|hr\b|recruit|appl(y|ication)|personal|talent|people|hiring|stellen|join)/i;

const mailable = (address: string): boolean => isEmail(address, { allow_utf8_local_part: false });

/**
 * Finds the address for applications: that of a `mailto:` link to apply, else the one that the text names. Among
 * several it takes the only one that is for applications by its name; where there are more, a person has to choose.
 */
export function findAddress({ applyUrl, description }: Pick<JobDto, 'applyUrl' | 'description'>): Address {
  const linked = ofLink(applyUrl);
  if (linked) return linked;
  const found = addressesIn(description).filter((address) => !NOT_FOR_APPLICATIONS.test(address));
  const [only] = found;
  if (only !== undefined && found.length === 1) return { ...NONE, address: only };
  const fitting = found.filter((address) => FOR_APPLICATIONS.test(address));
  const [best] = fitting;
  if (best !== undefined && fitting.length === 1) return { ...NONE, address: best };
  return { ...NONE, several: found };
}

function ofLink(applyUrl: string | null): Address | null {
  if (!applyUrl || !/^mailto:/i.test(applyUrl) || !URL.canParse(applyUrl)) return null;
  const { pathname, searchParams } = new URL(applyUrl);
  const [first = ''] = decoded(pathname).split(',');
  const address = first.trim();
  return mailable(address) ? { ...NONE, address, subject: searchParams.get('subject') } : null;
}

function addressesIn(text: string): string[] {
  const found = new Map<string, string>();
  for (let at = text.indexOf('@'), n = 0; at >= 0 && n < MOST_SIGNS; at = text.indexOf('@', at + 1), n += 1) {
    const local = LOCAL.exec(text.slice(Math.max(0, at - 65), at))?.[0] ?? '';
    const domain = DOMAIN.exec(text.slice(at + 1, at + 257))?.[0] ?? '';
    const address = `${local.replace(/^\.+/, '')}@${domain}`;
    if (mailable(address) && !found.has(address.toLowerCase())) found.set(address.toLowerCase(), address);
  }
  return [...found.values()];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
