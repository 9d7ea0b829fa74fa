/** Names the host of an address with its port, the default one too. */
export const hostWithPort = ({ host, port, protocol }: URL): string =>
  port === '' ? `${host}:${protocol === 'https:' ? 443 : 80}` : host;
