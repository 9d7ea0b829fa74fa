import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli } from '../run-cli.js';
import { ExitCode } from '../terminal/exit-code.js';
import { type CaptureOptions, captureTerminal } from '../testing/captured-terminal.js';
import { type FakeGateway, startFakeGateway } from '../testing/fake-gateway.js';

let gateway: FakeGateway;
beforeEach(async () => {
  gateway = await startFakeGateway();
});
afterEach(() => gateway.close());

async function jobhunter(args: readonly string[], options: CaptureOptions = {}) {
  const terminal = captureTerminal({ ...options, env: { JOBHUNTER_URL: gateway.url } });
  return { terminal, code: await runCli(args, terminal) };
}

const steered = { runId: 'run1', status: 'running', duplicate: false, note: null };
const answerTo = (path: string, body: object = steered): void =>
  gateway.on(`POST /flow-runs/run1/${path}`, { status: 202, type: 'application/json', body });
const said = () => gateway.requests.at(-1);

describe('what is said to a run', () => {
  it.each<[string[], string, unknown]>([
    [['signal', 'run1', 'go'], 'signals/go', null],
    [['signal', 'run1', 'go', '--payload', '{"on":1}'], 'signals/go', { on: 1 }],
    [['signal', 'run1', 'go', '--payload', 'plain words'], 'signals/go', 'plain words'],
    [['signal', 'run1', 'go', '--payload', '-'], 'signals/go', { from: 'a pipe' }],
    [['approve', 'run1', 'send'], 'approvals/send', { approved: true }],
    [['approve', 'run1', '4', '--comment', 'ok'], 'approvals/4', { approved: true, comment: 'ok' }],
    [['decline', 'run1', '4', '--payload', '7'], 'approvals/4', { approved: false, payload: 7 }],
    [['pause', 'run1', '--reason', 'lunch'], 'pause', { reason: 'lunch' }],
    [['resume', 'run1'], 'resume', {}],
    [['cancel', 'run1', '--reason', 'no'], 'cancel', { reason: 'no' }],
  ])('is %j', async (args, path, body) => {
    answerTo(path);
    const { code, terminal } = await jobhunter(['flow-run', ...args], { input: '{"from":"a pipe"}\n' });
    expect(terminal.stderr()).toBe('');
    expect(code).toBe(ExitCode.ok);
    expect(said()).toMatchObject({ method: 'POST', path: `/flow-runs/run1/${path}`, body });
    expect(terminal.stdout()).toContain('run1');
  });

  it('is JSON for programs', async () => {
    answerTo('pause');
    const { terminal } = await jobhunter(['flow-run', 'pause', 'run1', '--json']);
    expect(JSON.parse(terminal.stdout())).toEqual(steered);
  });

  it('comes with what a person should know of it', async () => {
    answerTo('cancel', { ...steered, note: 'it was asked before: it ends at once' });
    const { terminal } = await jobhunter(['flow-run', 'cancel', 'run1']);
    expect(terminal.stdout()).toContain('it ends at once');
  });

  it('names what became of tasks that nobody knows of', async () => {
    answerTo('resume');
    const tasks = ['t1=retry', 't2=failed:no answer', 't3=succeeded:{"id":7}', 't4=succeeded'];
    await jobhunter(['flow-run', 'resume', 'run1', ...tasks.flatMap((task) => ['--task', task])]);
    expect(said()?.body).toEqual({
      resolutions: [
        { taskRunId: 't1', as: 'retry' },
        { taskRunId: 't2', as: 'failed', message: 'no answer' },
        { taskRunId: 't3', as: 'succeeded', result: { id: 7 } },
        { taskRunId: 't4', as: 'succeeded', result: null },
      ],
    });
  });

  it('finds the one approval that a run asks for, and asks which where there are several', async () => {
    const approval = (step: number) => ({ step, name: `thing ${step}`, status: 'pending' });
    const asks = (...steps: number[]): void =>
      gateway.on('GET /flow-runs/run1/approvals', { body: { items: steps.map(approval), nextCursor: null } });
    answerTo('approvals/4');
    asks(4);
    expect((await jobhunter(['flow-run', 'approve', 'run1'])).code).toBe(ExitCode.ok);
    expect(said()).toMatchObject({ path: '/flow-runs/run1/approvals/4', body: { approved: true } });
    asks(4, 5);
    const several = await jobhunter(['flow-run', 'decline', 'run1']);
    expect(several.code).toBe(ExitCode.usage);
    expect(several.terminal.stderr()).toContain('4 (thing 4), 5 (thing 5)');
    asks();
    const none = await jobhunter(['flow-run', 'decline', 'run1']);
    expect(none.code).toBe(ExitCode.notFound);
    expect(none.terminal.stderr()).toContain('asks for no approval');
  });

  it('tells what a refusal names, item by item', async () => {
    gateway.on('POST /flow-runs/run1/resume', {
      status: 409,
      body: {
        status: 409,
        code: 'flow/resolution-needed',
        detail: 'run run1 goes on once somebody has said what became of t1',
        errors: [{ field: 'resolutions', message: 'is missing for task run t1' }],
        itemErrors: [{ item: 't1', message: 'nobody knows' }],
      },
    });
    const { code, terminal } = await jobhunter(['flow-run', 'resume', 'run1']);
    expect(code).toBe(ExitCode.failed);
    expect(terminal.stderr()).toBe(
      [
        'error: run run1 goes on once somebody has said what became of t1',
        '  resolutions: is missing for task run t1',
        '  t1: nobody knows',
      ].join('\n'),
    );
  });

  it.each<[string[], string]>([
    [['signal', 'run1'], "missing required argument 'name'"],
    [['signal', 'run1', 'go', '--payload', '{bad'], 'begins like JSON, but is none'],
    [['signal', 'run1', 'go', '--payload', '@missing.json'], 'there is no such file'],
    [
      ['resume', 'run1', '--task', 't1'],
      'expected TASKRUN=retry, TASKRUN=failed[:why] or TASKRUN=succeeded[:JSON]',
    ],
    [['resume', 'run1', '--task', 't1=retry:now'], 'expected TASKRUN=retry'],
    [['resume', 'run1', '--task', 't1=succeeded:{'], 'is no JSON'],
  ])('is refused before it is sent: %j', async (args, sentence) => {
    const { code, terminal } = await jobhunter(['flow-run', ...args]);
    expect(code).toBe(ExitCode.usage);
    expect(terminal.stderr()).toContain(sentence);
    expect(gateway.requests).toEqual([]);
  });
});

describe('a restart', () => {
  it('is a new run, from a step and with another input where they are given', async () => {
    answerTo('restart', { runId: 'run2', flow: 'greet', existing: false });
    const options = ['--from-step', '4', '--input', '{"name":"Ada"}', '--idempotency-key', 'k'];
    const { code, terminal } = await jobhunter(['flow-run', 'restart', 'run1', ...options]);
    expect(code).toBe(ExitCode.ok);
    expect(said()).toMatchObject({ body: { fromStep: 4, input: { name: 'Ada' } } });
    expect(said()?.headers['idempotency-key']).toBe('k');
    expect(terminal.stdout()).toContain('jobhunter flow-run watch run2');
  });

  it('begins at a whole step', async () => {
    const { code, terminal } = await jobhunter(['flow-run', 'restart', 'run1', '--from-step', '1.5']);
    expect(code).toBe(ExitCode.usage);
    expect(terminal.stderr()).toContain('expected a whole number from 1');
  });
});
