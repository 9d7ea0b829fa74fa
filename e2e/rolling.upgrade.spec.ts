import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testMongoUri, testNats } from '#libs/testing';
import { AppProcess, type AppName } from './support/app-process.js';
import { startHeldMailServer, type HeldMailServer } from './support/held-mail-server.js';
import { keyFor, noteAdminKey } from './support/keys.js';
import { openingAt } from './support/openings.js';
import { Person, type Question } from './support/person.js';
import { TestClient } from './support/test-client.js';

/** Where the older build lies. */
const OLD = process.env['UPGRADE_FROM'] ?? '';
const NEW = '.';
/** In the order of the guide: who records, who works, who decides. The gateway comes last. */
const ORDER: readonly AppName[] = ['audit', 'scraper', 'documents', 'applier', 'orchestrator'];
const PLACES = ['Ahornau', 'Birkenau', 'Cedernau', 'Dornau', 'Eschenau', 'Fichtenau'];

let mail: HeldMailServer;
let client: TestClient;
let kim: Person;
let gateway: AppProcess;
let env: NodeJS.ProcessEnv;
const old = new Map<AppName, AppProcess>();
const fresh = new Map<AppName, AppProcess>();

function addressOf(app: AppProcess): string {
  const [url] = app.lines.flatMap((line) => /http:\/\/[^\s"]+/.exec(line) ?? []);
  if (!url) throw new Error('the gateway did not say where it listens');
  return url;
}

beforeAll(async () => {
  if (OLD === '') throw new Error('UPGRADE_FROM is not set: run `make upgrade-test FROM=<commit>`');
  const { url: natsUrl } = testNats();
  mail = await startHeldMailServer();
  client = await TestClient.connect(natsUrl);
  env = {
    NATS_URL: natsUrl,
    MONGODB_URI: testMongoUri(),
    SMTP_URL: mail.url,
    PORT: '0',
    SHUTDOWN_GRACE_MS: '20000',
  };
  for (const name of ORDER) old.set(name, await AppProcess.start(name, env, OLD));
  // Only the gateway of this build knows this test's keys.
  gateway = await AppProcess.start('gateway', env, NEW);
  noteAdminKey(natsUrl, gateway.lines);
  const url = addressOf(gateway);
  const key = keyFor('kim', url, natsUrl);
  kim = new Person('kim', () => key, url, client);
  await kim.importProfile();
}, 300_000);
afterAll(async () => {
  await client?.close();
  for (const app of [gateway, ...old.values(), ...fresh.values()]) await app?.stop();
  await mail?.close();
}, 120_000);

const applied = async (place: string): Promise<Question> =>
  kim.startApplying(await kim.bring(openingAt(place)));

describe('a rolling upgrade', () => {
  it('loses no run that was begun before, while or after', async () => {
    const [first, second, third, fourth, fifth, sixth] = PLACES as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const before = [await applied(first), await applied(second), await applied(third)];

    for (const name of ORDER) fresh.set(name, await AppProcess.start(name, env, NEW));
    const side = await applied(fourth);
    expect(await kim.approve(before[0]!)).toMatchObject({ success: true });

    const ending = applied(fifth);
    for (const name of ORDER) expect({ name, code: await old.get(name)!.stop() }).toEqual({ name, code: 0 });
    const after = [await ending, await applied(sixth)];

    for (const question of [...before.slice(1), side, ...after])
      expect(await kim.approve(question)).toMatchObject({ success: true });
    expect(mail.handedOver()).toBe(PLACES.length);
  }, 600_000);

  it('leaves records of all runs that the new build reads', async () => {
    for (;;) {
      const { items } = await kim.must<{ items: { status: string }[] }>(
        'GET',
        '/flow-runs?flow=apply_to_job&limit=50',
      );
      if (items.some(({ status }) => status !== 'completed' || items.length < PLACES.length)) continue;
      expect(items).toHaveLength(PLACES.length);
      return;
    }
  }, 60_000);
});
