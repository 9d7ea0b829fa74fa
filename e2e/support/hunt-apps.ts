import { testMongoUri, testNats } from '#libs/testing';
import { AppProcess, type AppName } from './app-process.js';
import { startHeldMailServer, type HeldMailServer } from './held-mail-server.js';
import { adminKeyOf, keyFor, noteAdminKey } from './keys.js';
import { Person } from './person.js';
import { TestClient } from './test-client.js';

const APPS: readonly AppName[] = ['audit', 'scraper', 'documents', 'applier', 'orchestrator', 'gateway'];

/** Settings of one app beside those of all. */
type OwnEnv = Readonly<Partial<Record<AppName, NodeJS.ProcessEnv>>>;

export interface Servers {
  readonly natsUrl: string;
  readonly mongoUri: string;
}

/** Every service of the hunt as a process of its own, with a mail server that they send by. */
export class HuntApps {
  private readonly running = new Map<AppName, AppProcess>();
  private readonly keys = new Map<string, Promise<string>>();

  private constructor(
    readonly mail: HeldMailServer,
    readonly client: TestClient,
    readonly mongoUri: string,
    readonly natsUrl: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly own: OwnEnv,
  ) {}

  static async start(
    env: NodeJS.ProcessEnv = {},
    own: OwnEnv = {},
    /** Where the test itself speaks to the servers; the apps are told by `env` and `own`. */
    { natsUrl = testNats().url, mongoUri = testMongoUri() }: Partial<Servers> = {},
  ): Promise<HuntApps> {
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

  /** Somebody who uses the gateway, with a key of their own. */
  person(userId: string): Person {
    const { gatewayUrl } = this;
    const key = (): Promise<string> => {
      const made = this.keys.get(userId) ?? keyFor(userId, gatewayUrl, this.natsUrl);
      this.keys.set(userId, made);
      return made;
    };
    return new Person(userId, key, gatewayUrl, this.client);
  }

  /** The key of the administrator, whom the first start has made. */
  get adminKey(): string {
    return adminKeyOf(this.natsUrl);
  }

  get gatewayUrl(): string {
    for (const line of this.running.get('gateway')?.lines ?? []) {
      const [url] = /http:\/\/[^\s"]+/.exec(line) ?? [];
      if (url) return url;
    }
    throw new Error('the gateway did not say where it listens');
  }

  /** What an app has printed. */
  said(name: AppName): readonly string[] {
    return this.running.get(name)?.lines ?? [];
  }

  async startOne(name: AppName, env: NodeJS.ProcessEnv = {}): Promise<void> {
    const app = await AppProcess.start(name, { ...this.env, ...this.own[name], ...env });
    this.running.set(name, app);
    if (name === 'gateway') noteAdminKey(this.natsUrl, app.lines);
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
