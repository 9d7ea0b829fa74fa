/** From `://` up to the last `@` before a space or a quote: a password may hold `@` and `/` as they are. */
const CREDENTIALS = /:\/\/[^\s"'`]*@/g;

/** Writes a text without what addresses in it say of users and passwords. */
export const withoutSecrets = (text: string): string => text.replace(CREDENTIALS, '://***@');
