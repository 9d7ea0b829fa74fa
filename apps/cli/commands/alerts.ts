import { type Command, Option } from 'commander';
import { ALERT_KINDS, INCIDENT_STATES } from '#libs/contracts';
import type { AlertRuleDto, AlertTargetDto, IncidentDto, TestAlertOutput } from '#libs/contracts';
import type { Session } from '../session.js';
import { UsageError } from '../terminal/cli-error.js';
import { ExitCode } from '../terminal/exit-code.js';
import { instant } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { table } from '../terminal/table.js';
import { examples, limitOption, moreLine, wholeNumber } from './list-options.js';

interface CreateOptions {
  readonly kind: string;
  readonly flow?: string;
  readonly tag?: string;
  readonly deployment?: string;
  readonly after?: number;
  readonly throttle?: number;
  readonly email?: string;
  readonly slack?: string;
  readonly webhook?: string;
}

const alertPath = (id: string): string => `/alerts/${encodeURIComponent(id)}`;
const seconds = (text: string): number => wholeNumber(text, 0, 31_536_000);

export function addAlertsCommands(program: Command, session: Session): void {
  const alerts = program.command('alerts').description('Be told of runs that need you');

  examples(
    alerts
      .command('ls')
      .description('List rules')
      .addOption(limitOption(100))
      .action(async ({ limit }: { limit: number }, command: Command) => {
        const gateway = await session.gateway(command);
        const page = await gateway.list<AlertRuleDto>('/alerts', {}, limit);
        session.answer(command, page, () =>
          page.items.length === 0 ? 'No rules.' : drawRules(page.items, session) + moreLine(page),
        );
      }),
    'alerts ls',
  );

  examples(
    alerts
      .command('create')
      .description('Create a rule, which looks at what happens from now on')
      .argument('<name>', 'by which you know it')
      .addOption(new Option('--kind <kind>', 'what it looks for').choices(ALERT_KINDS).makeOptionMandatory())
      .option('--flow <name>', 'runs of this flow alone')
      .option('--tag <tag>', 'runs with this tag alone')
      .option('--deployment <id>', 'runs of this deployment alone')
      .option('--after <seconds>', 'of late, slow and no-success: how long', seconds)
      .option('--throttle <seconds>', 'after a message no other for so long (300)', seconds)
      .option('--email <address>', 'tell by mail')
      .option('--slack <name>', 'tell the Slack webhook of this name: OPS is ALERT_WEBHOOK_OPS')
      .option('--webhook <name>', 'tell the webhook of this name')
      .action(async (name: string, options: CreateOptions, command: Command) => {
        const gateway = await session.gateway(command);
        const { kind, flow, tag, deployment: deploymentId, after, throttle } = options;
        const rule = { name, kind, flow, tag, deploymentId, afterSeconds: after, throttleSeconds: throttle };
        const alert = await gateway.post<AlertRuleDto>('/alerts', { ...rule, target: targetOf(options) });
        session.answer(
          command,
          alert,
          () => `${alert.name} is created: ${alert.id}\nNext: jobhunter alerts test ${alert.id}`,
        );
      }),
    'alerts create "hunt fails" --kind failed --flow smart_job_application --email you@example.org',
    'alerts create "no hunt today" --kind no-success --flow scrape_jobs --after 86400 --slack OPS',
  );

  examples(
    alerts
      .command('rm')
      .description('Remove a rule; what it has told stays on record')
      .argument('<alert>', 'id of the rule')
      .action(async (id: string, _options: unknown, command: Command) => {
        const gateway = await session.gateway(command);
        const removed = await gateway.delete<{ readonly id: string }>(alertPath(id));
        session.answer(command, removed, () => `${removed.id} is removed.`);
      }),
    'alerts rm 6f0c…',
  );

  examples(
    alerts
      .command('test')
      .description('Send a test message where a rule tells of its incidents')
      .argument('<alert>', 'id of the rule')
      .action(async (id: string, _options: unknown, command: Command) => {
        const gateway = await session.gateway(command);
        const sent = await gateway.post<TestAlertOutput>(`${alertPath(id)}/test`, {});
        if (!sent.delivered) session.exitCode = ExitCode.failed;
        session.answer(command, sent, () =>
          oneLine(`${sent.delivered ? 'It was taken' : 'It was not taken'}: ${sent.message}`),
        );
      }),
    'alerts test 6f0c…',
  );

  examples(
    alerts
      .command('incidents')
      .description('List what rules have found, the latest first')
      .option('--alert <id>', 'of this rule alone')
      .addOption(new Option('--state <state>', 'in this state').choices(INCIDENT_STATES))
      .addOption(limitOption(20))
      .action(async (options: { alert?: string; state?: string; limit: number }, command: Command) => {
        const gateway = await session.gateway(command);
        const query = { alertId: options.alert, state: options.state };
        const page = await gateway.list<IncidentDto>('/alerts/incidents', query, options.limit);
        session.answer(command, page, () =>
          page.items.length === 0 ? 'No incidents.' : drawIncidents(page.items, session) + moreLine(page),
        );
      }),
    'alerts incidents --state open',
  );
}

function targetOf({ email, slack, webhook }: CreateOptions): AlertTargetDto {
  const targets: AlertTargetDto[] = [
    ...(email === undefined ? [] : [{ channel: 'email' as const, to: email }]),
    ...(slack === undefined ? [] : [{ channel: 'slack' as const, webhook: slack }]),
    ...(webhook === undefined ? [] : [{ channel: 'webhook' as const, webhook }]),
  ];
  const [target] = targets;
  if (!target || targets.length > 1)
    throw new UsageError('say where it tells: one of --email, --slack and --webhook');
  return target;
}

const whereTo = ({ channel, to, webhook }: AlertTargetDto): string => `${channel} ${to ?? webhook ?? ''}`;

function drawRules(rules: readonly AlertRuleDto[], { terminal }: Session): string {
  return table(
    [
      { head: 'ALERT', value: ({ id }) => id },
      { head: 'NAME', value: ({ name }) => name, shrink: true },
      { head: 'KIND', value: ({ kind }) => kind },
      { head: 'AFTER', value: ({ afterSeconds }) => afterSeconds, align: 'right' },
      { head: 'FLOW', value: ({ flow }) => flow },
      { head: 'TAG', value: ({ tag }) => tag },
      { head: 'TELLS', value: ({ target }) => whereTo(target), shrink: true },
      { head: 'OPEN', value: ({ openIncidents }) => openIncidents, align: 'right' },
    ],
    rules,
    terminal,
  );
}

function drawIncidents(incidents: readonly IncidentDto[], { terminal }: Session): string {
  return table(
    [
      { head: 'SINCE', value: ({ openedAt }) => instant(openedAt) },
      { head: 'STATE', value: ({ state }) => state },
      { head: 'ALERT', value: ({ alert }) => alert, shrink: true },
      { head: 'ABOUT', value: ({ subject }) => subject, shrink: true },
      {
        head: 'TOLD',
        value: ({ opening, recovery }) => (recovery === 'none' ? opening : `${opening}, ${recovery}`),
      },
      { head: 'UNTIL', value: ({ resolvedAt }) => instant(resolvedAt) },
      { head: 'WHAT', value: ({ text }) => text, shrink: true, max: 60 },
    ],
    incidents,
    terminal,
  );
}
