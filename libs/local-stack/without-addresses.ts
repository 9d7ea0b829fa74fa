const ADDRESSES: readonly string[] = ['NATS_URL', 'MONGODB_URI', 'MONGODB_URI_FILE'];

/** Leaves out of an environment where servers are: for what is to work on servers of its own, and never on somebody's data. */
export function withoutAddresses(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ADDRESSES.includes(name)));
}
