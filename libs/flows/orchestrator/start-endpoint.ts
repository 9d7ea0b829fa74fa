import type { NatsConnection } from '@nats-io/transport-node';
import type { ErrorRecord, RunFlags, RunLog } from '#libs/run-log';
import { refusedHeader, serveVerbs, type EndpointRequest } from '../steering/request-endpoint.js';
import { REQUEST_HEADERS, REQUEST_ROOT } from '../steering/requests.js';
import { UNDO_FLOW } from '../steering/undo/undo-flow.js';
import { UnknownFlowError, type FlowRegistry } from './registry.js';
import { startRun, type StartedRun } from './start-run.js';

export const START_VERB = 'start';

/** Flows are started by a request on this subject with the flow's name behind it; the body is the flow's input. */
export const START_SUBJECT = `${REQUEST_ROOT}.${START_VERB}`;

/** What stands beside the input, as headers. */
export const START_HEADERS = {
  ...REQUEST_HEADERS,
  tags: 'Tags',
  dryRun: 'Dry-Run',
  testMode: 'Test-Mode',
  verbose: 'Verbose',
} as const;

/** The answer: the run, or what was wrong. */
export type StartReply = StartedRun | { readonly error: ErrorRecord };

/** Answers requests to start a flow, from the moment it resolves. Several orchestrators share the work. */
export function serveStarts(
  connection: NatsConnection,
  log: RunLog,
  registry: FlowRegistry,
): Promise<{ close(): Promise<void> }> {
  return serveVerbs(connection, {
    [START_VERB]: (request) => {
      // The engine starts it itself, with what it has planned.
      if (request.of === UNDO_FLOW)
        throw new UnknownFlowError(
          UNDO_FLOW,
          registry.list().map(({ contract }) => contract.name),
        );
      return startRun(log, registry, startOf(request));
    },
  });
}

function startOf({ of: flow, body: input, actor, trace, header }: EndpointRequest) {
  const said = header(START_HEADERS.userId);
  // Only where nobody is known the input is believed.
  const named = !actor.grants && typeof input.userId === 'string' ? input.userId : '';
  const userId = said ?? (named || actor.userId);
  return {
    flow,
    input,
    actor: { ...actor, userId },
    flags: readFlags(header),
    tags:
      header(START_HEADERS.tags)
        ?.split(',')
        .map((tag) => tag.trim())
        .filter(Boolean) ?? [],
    idempotencyKey: header(START_HEADERS.idempotencyKey),
    trace,
  };
}

function readFlags(header: EndpointRequest['header']): RunFlags {
  const flags: Record<string, boolean> = {};
  for (const flag of ['dryRun', 'testMode', 'verbose'] as const) {
    const value = header(START_HEADERS[flag]);
    if (value === undefined) continue;
    if (value !== 'true' && value !== 'false')
      throw refusedHeader(START_HEADERS[flag], value, 'expected true or false');
    flags[flag] = value === 'true';
  }
  return flags;
}
