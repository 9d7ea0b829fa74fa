import { type Command, Option } from 'commander';
import type { GatewayClient, Page } from '../gateway/gateway-client.js';
import type { Approval, SteerAnswer } from '../gateway/resources.js';
import { readJsonOrText } from '../parameters/json-or-text.js';
import { readResolution } from '../parameters/resolutions.js';
import type { Session } from '../session.js';
import { NotFoundError, UsageError } from '../terminal/cli-error.js';
import { oneLine } from '../terminal/plain-text.js';
import { examples, repeated } from './list-options.js';

interface AnswerOptions {
  readonly comment?: string;
  readonly payload?: string;
}

/** Adds what is said to one run that goes on. */
export function addSteerCommands(flowRun: Command, session: Session): void {
  examples(
    flowRun
      .command('signal')
      .description('Send a signal to a run; it counts also before the flow waits for it')
      .argument('<run>', 'id of the run')
      .argument('<name>', 'name of the signal')
      .option('--payload <json>', 'what it carries: JSON or plain text, @file, or - for standard input')
      .option('--idempotency-key <key>', 'the same key is the same signal')
      .action(
        async (
          id: string,
          name: string,
          options: { payload?: string; idempotencyKey?: string },
          command: Command,
        ) => {
          const { payload, idempotencyKey } = options;
          const body =
            payload === undefined ? null : await readJsonOrText('--payload', payload, session.terminal);
          const headers: Record<string, string> =
            idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
          const path = `${runPath(id)}/signals/${encodeURIComponent(name)}`;
          const answer = await (await session.gateway(command)).post<SteerAnswer>(path, body, { headers });
          tell(session, command, answer, `The signal ${name} is sent`);
        },
      ),
    `flow-run signal 01JD2Z interview_date --payload '{"on":"2026-12-01"}'`,
  );

  for (const [verb, approved] of [
    ['approve', true],
    ['decline', false],
  ] as const) {
    examples(
      flowRun
        .command(verb)
        .description(`${approved ? 'Approve' : 'Decline'} what a run asks for`)
        .argument('<run>', 'id of the run')
        .argument('[approval]', 'its name or step; not needed where the run asks for one thing only')
        .option('--comment <text>', 'kept with the answer')
        .option('--payload <json>', 'for the flow: JSON or plain text, @file, or - for standard input')
        .action((id: string, which: string | undefined, options: AnswerOptions, command: Command) =>
          answer(session, id, which, approved, options, command),
        ),
      `flow-run ${verb} 01JD2Z`,
      `flow-run ${verb} 01JD2Z "send application" --comment "${approved ? 'looks good' : 'wrong city'}"`,
    );
  }

  examples(
    flowRun
      .command('pause')
      .description('Let a run take nothing more until it is resumed; what services work on is finished')
      .argument('<run>', 'id of the run')
      .option('--reason <text>', 'kept with the run')
      .action(async (id: string, { reason }: { reason?: string }, command: Command) => {
        const body = reason === undefined ? {} : { reason };
        const answer = await (await session.gateway(command)).post<SteerAnswer>(`${runPath(id)}/pause`, body);
        tell(session, command, answer, 'The run is asked to pause', `jobhunter flow-run resume ${id}`);
      }),
    'flow-run pause 01JD2Z --reason "back on Monday"',
  );

  examples(
    flowRun
      .command('resume')
      .description('Let a paused or halted run go on')
      .argument('<run>', 'id of the run')
      .addOption(
        new Option(
          '--task <taskrun=outcome>',
          'what became of a task that nobody knows of: retry, failed[:why] or succeeded[:JSON]; may be repeated',
        ).argParser(repeated),
      )
      .action(async (id: string, { task = [] }: { task?: readonly string[] }, command: Command) => {
        const resolutions = task.map(readResolution);
        const body = resolutions.length === 0 ? {} : { resolutions };
        const answer = await (
          await session.gateway(command)
        ).post<SteerAnswer>(`${runPath(id)}/resume`, body);
        tell(session, command, answer, 'The run goes on', `jobhunter flow-run watch ${id}`);
      }),
    'flow-run resume 01JD2Z',
    'flow-run resume 01JD2Z --task 01JD30=retry',
    `flow-run resume 01JD2Z --task '01JD30=succeeded:{"applicationId":"a7"}'`,
  );
}

async function answer(
  session: Session,
  id: string,
  named: string | undefined,
  approved: boolean,
  { comment, payload }: AnswerOptions,
  command: Command,
): Promise<void> {
  const body = {
    approved,
    ...(comment === undefined ? {} : { comment }),
    ...(payload === undefined
      ? {}
      : { payload: await readJsonOrText('--payload', payload, session.terminal) }),
  };
  const gateway = await session.gateway(command);
  const which = named ?? (await onlyOne(gateway, id));
  const path = `${runPath(id)}/approvals/${encodeURIComponent(which)}`;
  const given = await gateway.post<SteerAnswer>(path, body);
  tell(session, command, given, approved ? 'It is approved' : 'It is declined');
}

/** Finds the step of the one approval that a run waits for. */
async function onlyOne(gateway: GatewayClient, id: string): Promise<string> {
  const query = { status: 'pending' };
  const { items } = await gateway.get<Page<Approval>>(`${runPath(id)}/approvals`, { query });
  const [first, ...others] = items;
  if (first === undefined)
    throw new NotFoundError(
      `run ${id} asks for no approval`,
      `what it does: jobhunter flow-run inspect ${id}`,
    );
  if (others.length > 0) {
    const names = items.map(({ step, name }) => `${step} (${oneLine(name)})`).join(', ');
    throw new UsageError(`run ${id} asks for several approvals; name one by its step: ${names}`);
  }
  return String(first.step);
}

export const runPath = (id: string): string => `/flow-runs/${encodeURIComponent(id)}`;

/** Says what was stored, to whom it went, and what one may want to type next. */
export function tell(
  session: Session,
  command: Command,
  answer: SteerAnswer,
  sentence: string,
  next = `jobhunter flow-run watch ${answer.runId}`,
): void {
  session.answer(command, answer, () =>
    [
      answer.duplicate
        ? `${sentence}; the very same was said a moment before.`
        : `${sentence}: ${answer.runId}.`,
      ...(answer.note ? [oneLine(answer.note)] : []),
      `Next: ${next}`,
    ].join('\n'),
  );
}
