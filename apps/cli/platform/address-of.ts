import { serverStatus, type ServerKind } from '#libs/local-stack';

/** Gives the address of a server that was started under a home; undefined where it does not run. */
export async function addressOf(
  home: string,
  name: ServerKind['name'],
  scheme: string,
): Promise<string | undefined> {
  const found = (await serverStatus(home)).find((one) => one.name === name && one.alive);
  return found === undefined ? undefined : `${scheme}://127.0.0.1:${found.port}`;
}
