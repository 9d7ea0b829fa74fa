export interface ServerAddresses {
  readonly natsUrl: string;
  readonly mongoUri: string;
}

/**
 * Gives the environment as services read it that use the servers at these addresses. What it says of how to sign in to
 * a database is left out where the database is another one than it names.
 */
export function serversEnv(
  env: NodeJS.ProcessEnv,
  { natsUrl, mongoUri }: ServerAddresses,
): NodeJS.ProcessEnv {
  const shared: NodeJS.ProcessEnv = { ...env, NATS_URL: natsUrl, MONGODB_URI: mongoUri };
  if (env['MONGODB_URI'] !== mongoUri)
    for (const apart of ['URI_FILE', 'USER', 'PASSWORD', 'PASSWORD_FILE']) shared[`MONGODB_${apart}`] = '';
  return shared;
}
