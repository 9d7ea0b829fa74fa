import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { ownNats } from '#libs/testing';
import type { OwnServer } from '#libs/testing';
import { serveVerbs } from './request-endpoint.js';

let broker: OwnServer;
let connection: NatsConnection;
beforeEach(async () => {
  broker = await ownNats();
  connection = await connect({ servers: broker.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
});
afterEach(async () => {
  await connection.close();
  await broker.stop();
});

const echo = { echo: ({ of }: { readonly of: string }) => Promise.resolve({ of }) };

it('requests are answered as soon as a broker is back that went away while the endpoint opened', async () => {
  await broker.kill();
  const serving = serveVerbs(connection, echo);
  await broker.restart();
  const served = await serving;
  const asker = await connect({ servers: broker.url });
  const reply = await asker.request('workflows.echo.hill', '{}', { timeout: 5_000 });
  expect(reply.json()).toEqual({ of: 'hill' });
  await asker.close();
  await served.close();
});

it('an endpoint opens no longer than its connection lives', async () => {
  await broker.kill();
  const serving = serveVerbs(connection, echo);
  await connection.close();
  await expect(serving).rejects.toMatchObject({ code: 'operation/gave-up' });
});
