/** Host and port of each broker of a list, as the client library takes them. */
export const hostsOf = (servers: string): string[] =>
  servers.split(',').map((server) => new URL(server).host);
