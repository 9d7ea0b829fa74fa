import 'reflect-metadata';
import { startGateway } from '#apps/gateway';
import { answerParent, setting } from './answer-parent.js';

/** Where a gateway is, and what opens it. */
export interface GatewayAt {
  readonly url: string;
  readonly key: string;
}

/** What a process has used of a core so far, in milliseconds. */
export interface Used {
  readonly cpuMs: number;
}

let key = '';
const gateway = await startGateway({
  natsUrl: setting('NATS_URL'),
  port: 0,
  logLevel: 'warn',
  rateLimits: { perKey: Number.MAX_SAFE_INTEGER },
  auth:
    process.env['AUTH'] === 'off' ? { mode: 'off' } : { mode: 'on', onFirstKey: (made) => void (key = made) },
});

answerParent(
  {
    where: async (): Promise<GatewayAt> => ({ url: gateway.url, key }),
    used: async (): Promise<Used> => {
      const { user, system } = process.cpuUsage();
      return { cpuMs: (user + system) / 1_000 };
    },
  },
  () => gateway.close(),
);
