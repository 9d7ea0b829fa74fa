/** From `://` up to a space or a quote: a password may hold `@` and `/` as they are. */
const ADDRESS = /:\/\/[^\s"'`]*/g;

/** Writes a text without what addresses in it say of users and passwords. */
export const withoutSecrets = (text: string): string =>
  text.replace(ADDRESS, (address) => {
    const end = address.lastIndexOf('@');
    return end === -1 ? address : `://***${address.slice(end)}`;
  });
