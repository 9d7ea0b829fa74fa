import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from '@jest/globals';
import { testNats } from '#libs/testing';
import { startGateway } from '../index.js';

it('a connection on which nothing was ever asked does not keep the gateway from closing', async () => {
  const gateway = await startGateway({
    natsUrl: testNats().url,
    port: 0,
    logLevel: 'silent',
    auth: { mode: 'off' },
  });
  const socket = connect(gateway.port, '127.0.0.1').resume();
  await once(socket, 'connect');
  // The server has accepted it for certain once it has answered somebody who came later.
  await (await fetch(`${gateway.url}/health`)).text();
  const ended = once(socket, 'close');
  await gateway.close();
  await ended;
  expect(socket.destroyed).toBe(true);
});
