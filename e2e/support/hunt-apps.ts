import { testMongoUri, testNats } from '#libs/testing';
import { AppProcess, type AppName } from './app-process.js';
import { startHeldMailServer, type HeldMailServer } from './held-mail-server.js';
import { Person } from './person.js';
import { TestClient } from './test-client.js';

const APPS: readonly AppName[] = ['audit', 'scraper', 'documents', 'applier', 'orchestrator', 'gateway'];

/** Settings of one app beside those of all. */
type OwnEnv = Readonly<Partial<Record<AppName, NodeJS.ProcessEnv>>>;

/** Every service of the hunt as a process of its own, with a mail server that they send by. */
export class HuntApps {
  private readonly running = new Map<AppName, AppProcess>();

  private constructor(
    readonly mail: HeldMailServer,
    readonly client: TestClient,
    readonly mongoUri: string,
    readonly natsUrl: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly own: OwnEnv,
  ) {}

  static async start(env: NodeJS.ProcessEnv = {}, own: OwnEnv = {}): Promise<HuntApps> {
    const { url: natsUrl } = testNats();
    const mongoUri = testMongoUri();
    const mail = await startHeldMailServer();
    const client = await TestClient.connect(natsUrl);
    const shared = {
      NATS_URL: natsUrl,
      MONGODB_URI: mongoUri,
      SMTP_URL: mail.url,
      SCRAPER_REQUESTS_PER_MINUTE: '10000',
      PORT: '0',
      ...env,
    };
    const apps = new HuntApps(mail, client, mongoUri, natsUrl, shared, own);
    // All have started or failed before any of them is ended, so that none is left over.
    const started = await Promise.allSettled(APPS.map((name) => apps.startOne(name)));
    const failed = started.find(({ status }) => status === 'rejected');
    if (failed?.status !== 'rejected') return apps;
    await apps.close();
    throw failed.reason;
  }

  /** Somebody who uses the gateway. */
  person(userId: string): Person {
    return new Person(userId, this.gatewayUrl, this.client);
  }

  get gatewayUrl(): string {
    for (const line of this.running.get('gateway')?.lines ?? []) {
      const [url] = /http:\/\/[^\s"]+/.exec(line) ?? [];
      if (url) return url;
    }
    throw new Error('the gateway did not say where it listens');
  }

  async startOne(name: AppName, env: NodeJS.ProcessEnv = {}): Promise<void> {
    this.running.set(name, await AppProcess.start(name, { ...this.env, ...this.own[name], ...env }));
  }

  /** Ends processes as a power cut would. */
  async kill9(...names: readonly AppName[]): Promise<void> {
    await Promise.all(
      names.map(async (name) => {
        const app = this.running.get(name);
        this.running.delete(name);
        await app?.kill9();
      }),
    );
  }

  /** Has an orchestrator that replays at every await, or one that does not, in the place of the one that runs. */
  async replaceOrchestrator(replayAlways: boolean): Promise<void> {
    await this.running.get('orchestrator')?.stop();
    await this.startOne('orchestrator', { REPLAY_ALWAYS: String(replayAlways) });
  }

  async close(): Promise<void> {
    await this.client.close();
    await Promise.all([...this.running.values()].map((app) => app.stop()));
    await this.mail.close();
  }
}
