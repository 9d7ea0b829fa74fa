import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Controller } from '@nestjs/common';
import { IsString } from 'class-validator';
import { flow } from '#libs/flows';
import { defineOperation, Operation } from '#libs/operations';
import { connectRunLog } from '#libs/run-log';
import { testNats } from '#libs/testing';
import { Orchestrator, serve } from './index.js';

class Words {
  @IsString() text: string;
}

const operation = (name: string) =>
  defineOperation({
    name,
    service: 'voice',
    category: 'voices',
    stage: 'transform',
    description: 'Says it in another way',
    input: Words,
    output: Words,
  });
const Shout = operation('shout');
const Repeat = operation('repeat');

/** Hears what is repeated. */
const heard = new EventEmitter();

@Controller()
class Voice {
  @Operation(Shout)
  shout({ text }: Words): Words {
    return { text: text.toUpperCase() };
  }

  @Operation(Repeat)
  repeat({ text }: Words): Words {
    heard.emit('repeat', text);
    return { text: `${text} ${text}` };
  }
}

const say = flow({ name: 'say', description: 'Says it loudly', input: Words }, async (input, ctx) => {
  const { text } = await ctx.task(Shout, input);
  return text;
});

const repeatIt = flow({ name: 'repeat_it', description: 'Says it twice', input: Words }, (input, ctx) =>
  ctx.task(Repeat, input),
);

let folder: string;
let natsUrl: string;
beforeEach(async () => {
  natsUrl = testNats().url;
  folder = await mkdtemp(path.join(os.tmpdir(), 'deployments-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs what is to be tried between start and stop. */
async function within(
  options: ConstructorParameters<typeof Orchestrator>[0],
  work: (orchestrator: Orchestrator) => Promise<void>,
): Promise<void> {
  const orchestrator = new Orchestrator({ natsUrl, ...options });
  await orchestrator.start();
  try {
    await work(orchestrator);
  } finally {
    await orchestrator.stop();
  }
}

async function fileOf(text: string): Promise<string> {
  const file = path.join(folder, 'jobs.yml');
  await writeFile(file, text);
  return file;
}

describe('deployments of an orchestrator', () => {
  it('are kept at the start with the flows that come with them, and run when they are asked for', async () => {
    const loud = say.toDeployment({ name: 'loud', parameters: { text: 'hey' }, tags: ['noise'] });
    await within({ deployments: [loud], services: [Voice] }, async (orchestrator) => {
      expect(await orchestrator.runDeployment('say/loud')).toBe('HEY');
      expect(await orchestrator.runDeployment('say/loud', { parameters: { text: 'ho' } })).toBe('HO');
      await expect(orchestrator.runDeployment('say/quiet')).rejects.toMatchObject({
        code: 'deployment/unknown',
      });
      await expect(orchestrator.runDeployment('loud')).rejects.toMatchObject({
        code: 'orchestrator/bad-reference',
        message: '"loud": expected a deployment as flow/name',
      });
    });
    // The same again is no change, and another start changes what is another by now.
    const other = { ...loud, parameters: { text: 'again' } };
    await within({ deployments: [other], services: [Voice] }, async (orchestrator) => {
      expect(await orchestrator.runDeployment('say/loud')).toBe('AGAIN');
    });
  });

  it('start when a run of another has ended, with what it gave', async () => {
    const loud = say.toDeployment({ name: 'loud', parameters: { text: 'hey' } });
    const after = repeatIt.toDeployment({
      name: 'after',
      triggers: [{ run: 'say/loud', parameters: { text: '${{ event.data.result }}' } }],
    });
    await within({ deployments: [loud, after], services: [Voice] }, async (orchestrator) => {
      const repeated = once(heard, 'repeat');
      await orchestrator.runDeployment('say/loud');
      expect(await repeated).toEqual(['HEY']);
    });
  });

  it('are refused at the start where they make no sense, and nothing stays open', async () => {
    const orchestrator = new Orchestrator({
      natsUrl,
      deployments: [
        say.toDeployment({ name: 'loud', parameters: { text: 'hey' }, schedule: { cron: '0 0 31 2 *' } }),
      ],
      services: [Voice],
    });
    await expect(orchestrator.start()).rejects.toMatchObject({ code: 'deployment/invalid' });
    await expect(orchestrator.runDeployment('say/loud')).rejects.toMatchObject({
      code: 'orchestrator/not-started',
    });
  });

  it('may stand in a file, whose pipes are run once by their id', async () => {
    const file = await fileOf(`
deployments:
  - flow: say
    name: loud
    parameters: { text: hey }
orchestrator:
  runners:
    - pipe_id: echo
      interval_seconds: 3600
      pipe:
        - { use: repeat, id: twice, with: { text: ho } }
        - { use: shout, with: { text: "\${{ steps.twice.text }}" } }
`);
    await within({ flows: [say], services: [Voice], file }, async (orchestrator) => {
      expect(await orchestrator.runDeployment('say/loud')).toBe('HEY');
      expect(await orchestrator.runOnce('echo')).toEqual({
        steps: { twice: { text: 'ho ho' }, shout: { text: 'HO HO' } },
      });
      await expect(orchestrator.runOnce('ecco')).rejects.toMatchObject({ code: 'deployment/unknown' });
    });
  });

  it('may stand in a file that says where it is wrong', async () => {
    const file = await fileOf('deployments:\n  - flow: say\n    nam: loud\n');
    const orchestrator = new Orchestrator({ natsUrl, flows: [say], services: [Voice], file });
    await expect(orchestrator.start()).rejects.toThrow(/jobs\.yml:3:5/);
  });
});

describe('serving deployments', () => {
  it('fires them until it is told to end', async () => {
    const asked = new AbortController();
    const log = await connectRunLog({ servers: natsUrl, name: 'spec' });
    let told: (deployment: string | undefined) => void = () => undefined;
    const fired = new Promise<string | undefined>((resolve) => (told = resolve));
    const viewer = await log.watch('RUN', {}, ({ event }) => {
      if (event.type === 'StartRequested') told(event.deploymentId);
    });
    try {
      const eachSecond = say.toDeployment({
        name: 'each-second',
        parameters: { text: 'tick' },
        schedule: { intervalSeconds: 1 },
      });
      const serving = serve(eachSecond, { natsUrl, services: [Voice], signal: asked.signal });
      expect(await fired).toEqual(expect.any(String));
      asked.abort();
      await serving;
    } finally {
      await viewer.close();
      await log.close();
    }
  });

  it('ends by SIGTERM, and tells when it is ready', async () => {
    const before = process.listenerCount('SIGTERM');
    let serving = Promise.resolve();
    const ready = new Promise<Orchestrator>((resolve) => {
      serving = serve([say.toDeployment({ name: 'loud', parameters: { text: 'hey' } })], {
        natsUrl,
        services: [Voice],
        onReady: resolve,
      });
    });
    const orchestrator = await ready;
    expect(await orchestrator.run(say, { text: 'ho' })).toBe('HO');
    process.emit('SIGTERM');
    await serving;
    expect(process.listenerCount('SIGTERM')).toBe(before);
    const client = orchestrator.client();
    await expect(client).rejects.toMatchObject({ code: 'orchestrator/not-started' });
  });

  it('ends with the error where it cannot start', async () => {
    const wrong = say.toDeployment({ name: 'Loud!', parameters: { text: 'hey' } });
    const before = process.listenerCount('SIGINT');
    await expect(serve(wrong, { natsUrl, services: [Voice] })).rejects.toMatchObject({
      code: 'deployment/invalid',
    });
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});
