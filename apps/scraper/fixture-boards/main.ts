import { startFixtureBoards } from './server.js';

const boards = await startFixtureBoards({ port: Number(process.env.FIXTURE_BOARDS_PORT ?? 0) });
console.log(`fixture boards: ${boards.url}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void boards.close());
