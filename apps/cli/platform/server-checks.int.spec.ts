import 'reflect-metadata';
import { rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startGateway } from '#apps/gateway';
import { flow } from '#libs/flows';
import { findFreePort } from '#libs/local-stack';
import { testNats } from '#libs/testing';
import { Orchestrator } from '#libs/embedded';
import { GatewayClient } from '../gateway/gateway-client.js';
import {
  closeOpened,
  home,
  listening,
  look,
  makeHome,
  named,
  opened,
  removeHome,
} from './checks.fixtures.js';
import { fileChecks } from './file-checks.js';
import { serverChecks } from './server-checks.js';
import { host, talk, Words } from './voices.fixtures.js';

beforeAll(makeHome);
afterEach(closeOpened);
afterAll(removeHome);

async function gatewayAt(natsUrl: string, auth: 'on' | 'off' = 'off'): Promise<GatewayClient> {
  const gateway = await startGateway({ natsUrl, port: 0, logLevel: 'silent', auth: { mode: auth } });
  opened.push(() => gateway.close());
  return new GatewayClient(gateway.url);
}

describe('the server', () => {
  it('that was not started is no fault; one that was named is', async () => {
    const port = await findFreePort();
    const gateway = new GatewayClient(`http://127.0.0.1:${port}`);
    expect(await look(serverChecks, { gateway, port })).toMatchObject([
      { what: 'gateway', verdict: 'note', hint: expect.stringContaining('jobhunter up') },
    ]);
    expect(await look(serverChecks, { gateway })).toMatchObject([
      { what: 'gateway', verdict: 'bad', told: expect.stringContaining(`no JobHunter server answers at`) },
    ]);
  });

  it('that is another one is told from none', async () => {
    const address = await listening(createHttpServer((_, response) => response.end('<p>hello')));
    const gateway = new GatewayClient(`http://${address}`);
    expect(await look(serverChecks, { gateway })).toMatchObject([
      {
        verdict: 'bad',
        told: expect.stringContaining('is no JobHunter server'),
        hint: expect.stringContaining('--url'),
      },
    ]);
  });

  it('that refuses the key says how to get one', async () => {
    const gateway = await gatewayAt(testNats().url, 'on');
    const findings = await look(serverChecks, { gateway });
    expect(named(findings, 'key')).toMatchObject({
      verdict: 'bad',
      hint: expect.stringContaining('jobhunter login'),
    });
  });

  it('without services and flows names those that have not registered', async () => {
    const gateway = await gatewayAt(testNats().url);
    const findings = await look(serverChecks, { gateway });
    expect(named(findings, 'services')).toMatchObject({
      verdict: 'bad',
      told: expect.stringContaining('missing: scraper, documents, applier, audit, orchestrator'),
      hint: expect.stringContaining('jobhunter up'),
    });
  });

  it('with a deployment of a flow that is gone names it', async () => {
    const { url: natsUrl } = testNats();
    const before = new Orchestrator({
      natsUrl,
      deployments: [
        talk.toDeployment({ name: 'daily', parameters: { text: 'la' }, schedule: { cron: '0 9 * * *' } }),
      ],
    });
    await before.start();
    await before.stop();
    const other = flow({ name: 'other', description: 'Does nothing', input: Words }, async () => 'nothing');
    await host({ flows: [other], natsUrl });
    const gateway = await gatewayAt(natsUrl);
    const findings = await look(serverChecks, { gateway });
    expect(named(findings, 'deployments')).toMatchObject({
      verdict: 'bad',
      told: expect.stringContaining('talk/daily cannot fire: '),
      hint: expect.stringContaining('jobhunter deployment show talk/daily'),
    });
  });
});

describe('a file of deployments', () => {
  const write = (text: string) => writeFile(path.join(home, 'jobhunter.yml'), text);
  afterEach(() => rm(path.join(home, 'jobhunter.yml'), { force: true }));

  it('that is not there is not missed', async () => {
    expect(await look(fileChecks)).toEqual([]);
  });

  it('with an interval of 0 says where', async () => {
    await write(
      'orchestrator:\n  runners:\n    - pipe_id: a\n      interval_seconds: 0\n      pipe: { use: say }\n',
    );
    expect(await look(fileChecks)).toMatchObject([
      {
        what: 'jobhunter.yml',
        verdict: 'bad',
        told: expect.stringMatching(/jobhunter\.yml:4:\d+.*interval_seconds/),
      },
    ]);
  });

  it('that was not applied names what is not there', async () => {
    await write('deployments:\n  - flow: talk\n    name: daily\n    parameters: { text: la }\n');
    const { url: natsUrl } = testNats();
    await host({ flows: [talk], natsUrl });
    const gateway = await gatewayAt(natsUrl);
    expect(await look(fileChecks, { gateway })).toMatchObject([
      {
        verdict: 'note',
        told: '1 of 1 deployments are not there: talk/daily',
        hint: 'put them there: jobhunter deploy',
      },
    ]);
  });
});
