import type { Command } from 'commander';
import type { GatewayClient } from '../gateway/gateway-client.js';
import type { BulkPreview, BulkWork } from '../gateway/resources.js';
import { followEvents } from '../gateway/server-events.js';
import type { Session } from '../session.js';
import { UsageError } from '../terminal/cli-error.js';
import { ExitCode } from '../terminal/exit-code.js';
import { count } from '../terminal/format.js';
import { oneLine } from '../terminal/plain-text.js';
import { listBulk } from './bulk-list.js';
import { examples, limitOption } from './list-options.js';
import { drawRuns } from './run-table.js';
import type { RunFilter } from './run-filter.js';

export interface BulkOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly detach?: boolean;
}

type Action = BulkWork['action'];

/** Adds the commands that look at bulk work again, list it, and stop it. */
export function addBulkCommand(flowRun: Command, session: Session): void {
  const bulk = flowRun.command('bulk');
  examples(
    bulk
      .description('Watch a bulk cancel or restart that was begun before, or list or stop such work')
      .argument('<id>', 'id of the bulk work, as `flow-run bulk list` shows it')
      .action(async (id: string, _options: unknown, command: Command) =>
        watchBulk(session, await session.gateway(command), id, command),
      ),
    'flow-run bulk 01kdw3k2q4e8',
  );
  examples(
    bulk
      .command('list')
      .alias('ls')
      .description('List bulk cancels and restarts of the last week, the latest first')
      .addOption(limitOption(20))
      .action((options: { limit: number }, command: Command) => listBulk(session, options.limit, command)),
    'flow-run bulk list',
    'flow-run bulk list --limit 5 --json',
  );
  examples(
    bulk
      .command('show')
      .description('Tell how far bulk work is, without waiting for its end')
      .argument('<id>', 'id of the bulk work')
      .action(async (id: string, _options: unknown, command: Command) => {
        const gateway = await session.gateway(command);
        const work = await gateway.get<BulkWork>(`/flow-runs/bulk/${encodeURIComponent(id)}`);
        session.answer(command, work, () => drawEnd(work));
      }),
    'flow-run bulk show 01kdw3k2q4e8',
  );
  examples(
    bulk
      .command('stop')
      .description('Let bulk work begin with no further run, and tell how many there were')
      .argument('<id>', 'id of the bulk work')
      .action(async (id: string, _options: unknown, command: Command) => {
        const gateway = await session.gateway(command);
        await stopBulk(gateway, id);
        await watchBulk(session, gateway, id, command);
      }),
    'flow-run bulk stop 01kdw3k2q4e8',
  );
}

/** Shows which runs it would be, asks, and does it. */
export async function bulkCommand(
  session: Session,
  action: Action,
  body: { readonly filter: RunFilter; readonly reason?: string },
  options: BulkOptions,
  command: Command,
): Promise<void> {
  const gateway = await session.gateway(command);
  const path = `/flow-runs/bulk/${action}`;
  if (!options.yes || options.dryRun) {
    const preview = await gateway.post<BulkPreview>(path, { ...body, dryRun: true });
    const drawn = drawPreview(preview, session);
    if (options.dryRun || preview.count === 0) return session.answer(command, preview, () => drawn);
    await ask(session, action, preview.count, drawn, command);
    if (session.exitCode !== ExitCode.ok) return;
  }
  const begun = await gateway.post<BulkWork>(path, body);
  if (options.detach) {
    return session.answer(
      command,
      begun,
      () => `${sentence(begun)}\nLook again: jobhunter flow-run bulk ${begun.id}`,
    );
  }
  await watchBulk(session, gateway, begun.id, command);
}

/** Tells it to stop; it still ends what is in hand. Work that is over stays as it is. */
function stopBulk(gateway: GatewayClient, id: string): Promise<BulkWork> {
  return gateway.post<BulkWork>(`/flow-runs/bulk/${encodeURIComponent(id)}/stop`, {});
}

async function ask(
  session: Session,
  action: Action,
  runs: number,
  drawn: string,
  command: Command,
): Promise<void> {
  const { terminal } = session;
  if (!terminal.canAsk) {
    session.remark(command, drawn);
    throw new UsageError(
      `nothing was done: ${action} means ${count(runs, 'run')}, and nobody is there to be asked`,
      'add --yes to do it without a question, or --dry-run to only look',
    );
  }
  terminal.note(drawn);
  if (await terminal.confirm(`${action === 'cancel' ? 'Cancel' : 'Restart'} ${count(runs, 'run')}?`)) return;
  terminal.note('Nothing was done.');
  session.exitCode = ExitCode.failed;
}

async function watchBulk(
  session: Session,
  gateway: GatewayClient,
  id: string,
  command: Command,
): Promise<void> {
  const { terminal } = session;
  const end = await followBulk(session, gateway, id, command);
  if (end) {
    if (end.status === 'failed' || end.failed > 0) session.exitCode = ExitCode.failed;
    return;
  }
  session.exitCode = ExitCode.interrupted;
  if (terminal.canAsk && (await terminal.confirm('Stop it? Otherwise it goes on by itself.'))) {
    await stopBulk(gateway, id);
    if (await followBulk(session, gateway, id, command)) return;
  }
  terminal.note(`It goes on by itself. To watch it again: jobhunter flow-run bulk ${id}`);
  terminal.note(`To stop it:                              jobhunter flow-run bulk stop ${id}`);
}

/** Shows bulk work up to its end; undefined where Ctrl-C came first. */
async function followBulk(
  session: Session,
  gateway: GatewayClient,
  id: string,
  command: Command,
): Promise<BulkWork | undefined> {
  const { terminal } = session;
  const stop = new AbortController();
  const release = terminal.onInterrupt(() => stop.abort());
  // One line that changes in place where a person looks on; elsewhere the end says it all.
  const region = terminal.interactive && !session.wantsJson(command) ? await terminal.live() : undefined;
  try {
    const path = `/flow-runs/bulk/${encodeURIComponent(id)}/events`;
    const onLost = (reason: string): void => terminal.note(`${reason}; trying again`);
    for await (const { event, data } of followEvents(gateway, path, { signal: stop.signal, onLost })) {
      const work = JSON.parse(data) as BulkWork;
      if (event === 'end') {
        if (region) region.draw(drawEnd(work));
        else session.answer(command, work, () => drawEnd(work));
        return work;
      }
      region?.draw(sentence(work));
    }
  } finally {
    region?.end();
    release();
  }
  return undefined;
}

function sentence({ action, status, total, done, skipped, failed }: BulkWork): string {
  const verb = action === 'cancel' ? 'asked to end' : 'restarted';
  const parts = [
    `${done} of ${count(total, 'run')} ${verb}`,
    ...(skipped > 0 ? [`${skipped} left as they were`] : []),
    ...(failed > 0 ? [`${failed} could not be`] : []),
  ];
  const before = { running: '… ', stopping: '… stopping: ', stopped: 'Stopped: ', done: '', failed: '' };
  return before[status] + parts.join(', ');
}

function drawEnd(work: BulkWork): string {
  return [
    sentence(work),
    ...work.failures.map(({ runId, message }) => `  ${runId}: ${oneLine(message)}`),
    ...(work.leftAlone ?? []).map(({ runId, message }) => `  ${runId} is left alone: ${oneLine(message)}`),
    ...(work.failed > work.failures.length ? [`  … and ${work.failed - work.failures.length} more`] : []),
    ...(work.error ? [`It ended early: ${oneLine(work.error.message)}`] : []),
  ].join('\n');
}

function drawPreview(
  { action, count: runs, skipped = 0, byStatus, first }: BulkPreview,
  session: Session,
): string {
  const verb = action === 'cancel' ? 'cancelled' : 'restarted';
  if (runs === 0) return `No run that could be ${verb} fits.`;
  const states = Object.entries(byStatus)
    .map(([status, n]) => `${n} ${status}`)
    .join(', ');
  return [
    `${count(runs, 'run')} would be ${verb} (${states}):`,
    drawRuns(first, session),
    ...(runs > first.length ? [`… and ${runs - first.length} more`] : []),
    ...(skipped > 0 ? [`Left alone, for other runs go on with their work: ${skipped}`] : []),
  ].join('\n');
}
