/** Stops the servers of this run; the first project to end does it for all of them. */
export default async function tearDown() {
  const servers = globalThis.testServers;
  globalThis.testServers = undefined;
  await servers?.stop();
}
