import { AppProcess, type AppName } from './app-process.js';
import { startHeldBoard, type HeldBoard } from './held-board.js';

export interface TracedAppsOptions {
  readonly natsUrl: string;
  readonly mongoUri: string;
  /** Where spans go, by OTLP over HTTP with JSON bodies. */
  readonly collectorUrl: string;
}

const APPS: readonly AppName[] = ['audit', 'applier', 'scraper', 'orchestrator', 'gateway'];

/** Every service as a process of its own, all of them traced, with one board to search. */
export class TracedApps {
  private readonly running = new Map<AppName, AppProcess>();

  private constructor(
    readonly board: HeldBoard,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async start({ natsUrl, mongoUri, collectorUrl }: TracedAppsOptions): Promise<TracedApps> {
    const board = await startHeldBoard();
    const apps = new TracedApps(board, {
      NATS_URL: natsUrl,
      MONGODB_URI: mongoUri,
      OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
      SOURCE_ARBEITNOW_URL: board.url,
      SCRAPER_REQUESTS_PER_MINUTE: '10000',
      PORT: '0',
      AUTH: 'off',
    });
    // All have started or failed before any of them is ended, so that none is left over.
    const started = await Promise.allSettled(APPS.map((name) => apps.startOne(name)));
    const failed = started.find(({ status }) => status === 'rejected');
    if (failed?.status !== 'rejected') return apps;
    await apps.close();
    throw failed.reason;
  }

  get gatewayUrl(): string {
    for (const line of this.running.get('gateway')?.lines ?? []) {
      const [url] = /http:\/\/[^\s"]+/.exec(line) ?? [];
      if (url) return url;
    }
    throw new Error('the gateway did not say where it listens');
  }

  /** Ends one process as a power cut would. */
  async kill9(name: AppName): Promise<void> {
    await this.running.get(name)?.kill9();
    this.running.delete(name);
  }

  /** Starts another orchestrator in the place of the one that runs. */
  async replaceOrchestrator(replayAlways: boolean): Promise<void> {
    await this.running.get('orchestrator')?.stop();
    this.env['REPLAY_ALWAYS'] = String(replayAlways);
    await this.startOne('orchestrator');
  }

  async startOne(name: AppName): Promise<void> {
    // What a killed orchestrator had in hand comes to the next one soon.
    const env = name === 'orchestrator' ? { ...this.env, ACK_WAIT_MS: '1000' } : this.env;
    this.running.set(name, await AppProcess.start(name, env));
  }

  /** Asks the gateway. */
  ask(path: string, request: RequestInit = {}): Promise<Response> {
    return fetch(new URL(path, this.gatewayUrl), request);
  }

  /** Asks the gateway to start a flow. */
  start(flow: string, input: object, headers: Record<string, string> = {}, query = ''): Promise<Response> {
    return this.ask(`/workflows/${flow}${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(input),
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.running.values()].map((app) => app.stop()));
    await this.board.close();
  }
}
