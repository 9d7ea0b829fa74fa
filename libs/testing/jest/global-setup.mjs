import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { tsImport } from 'tsx/esm/api';

// Accounts are handed out to spec files one by one; each has streams and subjects of its own.
const ACCOUNTS = Array.from({ length: 300 }, (_, index) => `test${index}`);

/** Starts one broker and one database for all projects of this run, in a temporary folder. */
export default async function setUp() {
  if (globalThis.testServers) return;
  // Jest maps module names for specs only, so the sources are loaded by tsx here.
  const { findFolders, startStack, stopServers } = await tsImport(
    '../../local-stack/index.ts',
    import.meta.url,
  );
  const home = await mkdtemp(path.join(os.tmpdir(), 'test-servers-'));
  const stopAll = async () => {
    await stopServers(home);
    // Last, for a test that is interrupted goes on meanwhile.
    const leftOvers = await stopLeftOvers(home, stopServers);
    await rm(home, { recursive: true, force: true });
    return leftOvers;
  };
  // An interrupted run gets no tear-down.
  const interrupted = (_signal, number) => {
    void stopAll().finally(() => process.exit(128 + number));
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);

  // A foreign broker has no accounts to hand out, and nobody's real streams should meet a test.
  const { NATS_URL: _, ...env } = process.env;
  const steps = [];
  let stack;
  try {
    stack = await startStack({
      folders: { ...findFolders(env), home },
      env,
      nats: { accounts: ACCOUNTS },
      say: (step) => steps.push(step),
    });
  } catch (error) {
    process.stderr.write(`${steps.join('\n')}\n`);
    await stopAll();
    throw error;
  }
  process.env.TEST_NATS_URL = stack.natsUrl;
  process.env.TEST_MONGODB_URI = stack.mongoUri;
  process.env.TEST_SERVERS_HOME = home;

  globalThis.testServers = {
    async stop() {
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      const leftOvers = await stopAll();
      if (leftOvers.length > 0) throw new Error(`tests left servers running: ${leftOvers.join(', ')}`);
    },
  };
}

// Servers of single tests keep their records in folders beside those of the shared ones.
async function stopLeftOvers(home, stopServers) {
  const rooms = (await readdir(home, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const answers = await Promise.allSettled(rooms.map(({ name }) => stopServers(path.join(home, name))));
  // A test that still runs may be stopping the same server and removing its folder.
  const stopped = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  // It may also have begun another server meanwhile.
  return stopped.length === 0 ? stopped : [...stopped, ...(await stopLeftOvers(home, stopServers))];
}
