import { type Command, Option } from 'commander';
import type { SteerAnswer } from '../gateway/resources.js';
import { readJsonOrText } from '../parameters/json-or-text.js';
import { readResolution } from '../parameters/resolutions.js';
import type { Session } from '../session.js';
import { answerApproval } from './answer-approval.js';
import type { AnswerOptions } from './answer-approval.js';
import { examples, repeated } from './list-options.js';
import { runPath, tell } from './tell-steered.js';

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
          answerApproval(session, { id, named: which, approved }, options, command),
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
