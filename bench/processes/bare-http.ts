import { FastifyAdapter } from '@nestjs/platform-fastify';
import { answerParent } from './answer-parent.js';
import type { GatewayAt, Used } from './gateway.js';

const server = new FastifyAdapter().getInstance();
server.get('/health/live', async () => ({ status: 'ok', service: 'gateway', uptimeSeconds: 1 }));
const url = await server.listen({ port: 0, host: '127.0.0.1' });

answerParent(
  {
    where: async (): Promise<GatewayAt> => ({ url, key: '' }),
    used: async (): Promise<Used> => {
      const { user, system } = process.cpuUsage();
      return { cpuMs: (user + system) / 1_000 };
    },
  },
  () => server.close(),
);
