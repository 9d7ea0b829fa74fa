/** Reads what the run's set-up wrote about its servers. Throws in a tier that starts none. */
export function sharedServer(variable: 'TEST_NATS_URL' | 'TEST_MONGODB_URI' | 'TEST_SERVERS_HOME'): string {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is not set: only .int and .e2e specs have servers`);
  return value;
}
