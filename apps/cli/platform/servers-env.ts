import { readSecret, secretSetting } from '#libs/secrets';

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
  const named = secretSetting(env, 'MONGODB_URI');
  const isNamed = named !== undefined && readSecret('MONGODB_URI', named, { env }) === mongoUri;
  const apart = isNamed ? ['URI_FILE'] : ['URI_FILE', 'USER', 'PASSWORD', 'PASSWORD_FILE'];
  return {
    ...env,
    ...{ NATS_URL: natsUrl, MONGODB_URI: mongoUri },
    ...Object.fromEntries(apart.map((name) => [`MONGODB_${name}`, ''])),
  };
}
