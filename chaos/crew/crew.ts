import path from 'node:path';
import type { Role } from '../faults/fault.js';
import type { ChaosOptions } from '../options.js';
import type { Cleanup } from '../stack/cleanup.js';
import { Member } from './member.js';

export interface CrewSettings {
  readonly options: ChaosOptions;
  readonly home: string;
  readonly servers: string;
  readonly replicas: number;
  readonly mongoUri: string;
  readonly ledger: string;
  readonly say: (line: string) => void;
}

/** How soon what a dead process had in hand goes to a neighbour; short, so that a session sees it often. */
const ACK_WAIT_MS = 1_500;

/** Everybody who plays a role of the platform, each in a process of its own. */
export class Crew {
  private constructor(private readonly members: ReadonlyMap<Role, readonly Member[]>) {}

  static async start(cleanup: Cleanup, settings: CrewSettings): Promise<Crew> {
    const { options, home, servers, replicas, mongoUri, ledger, say } = settings;
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      LOG_LEVEL: 'warn',
      NODE_NO_WARNINGS: '1',
      NATS_URL: servers,
      REPLICAS: String(replicas),
      MONGODB_URI: mongoUri,
      LEDGER: ledger,
      ACK_WAIT_MS: String(ACK_WAIT_MS),
      SEED: String(options.seed),
      ...(options.broken ? { BREAK: options.broken } : {}),
    };
    const member = (script: string, name: string, over: Readonly<Record<string, string>> = {}): Member =>
      new Member({ name, script, env: { ...env, ...over }, logFile: path.join(home, `${name}.log`), say });
    // Who takes all triggers at once would go on with what the others have lost, and hide that they lost it.
    const third: Readonly<Record<string, string>> = options.broken === 'ack' ? {} : { RIVAL: '1' };
    const members = new Map<Role, readonly Member[]>([
      [
        'orchestrator',
        [
          member('orchestrator', 'orchestrator-1'),
          member('orchestrator', 'orchestrator-2'),
          member('orchestrator', 'orchestrator-3', third),
        ],
      ],
      ['service', [member('service', 'service-1'), member('service', 'service-2')]],
      ['audit', [member('audit', 'audit')]],
    ]);
    const crew = new Crew(members);
    cleanup.add(() => Promise.all(crew.all.map((one) => one.retire())));
    await Promise.all(crew.all.map((one) => one.start()));
    return crew;
  }

  get all(): readonly Member[] {
    return [...this.members.values()].flat();
  }

  /** The one that an index of the plan means. */
  one(role: Role, index: number): Member {
    const those = this.members.get(role)!;
    return those[index % those.length]!;
  }
}
