import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TaskLogDto } from '#libs/contracts';
import { GatewayClient } from '../gateway/gateway-client.js';
import { type FakeGateway, startFakeGateway } from '../testing/fake-gateway.js';
import { followLogs } from './follow-logs.js';

const PATH = '/flow-runs/run1';
const BEGUN = Date.UTC(2026, 0, 2, 3, 4, 5);
/** What the gateway gives at most in one page. */
const MOST = 3;

let gateway: FakeGateway;
let stored: TaskLogDto[];
let run: { status: string; finishedAt: string | null };
let clock: number;
let lost: string[];

beforeEach(async () => {
  gateway = await startFakeGateway();
  stored = [];
  run = { status: 'running', finishedAt: null };
  clock = BEGUN;
  lost = [];
  gateway.on(`GET ${PATH}`, () => ({ body: { id: 'run1', taskTree: [], ...run } }));
  gateway.on(`GET ${PATH}/logs`, ({ query }) => {
    const from = Number(query['cursor'] ?? 0);
    const items = stored.slice(from, from + MOST);
    return { body: { items, nextCursor: from + MOST < stored.length ? String(from + MOST) : null } };
  });
});
afterEach(() => gateway.close());

/** Stores lines that are all said in one millisecond. */
function say(...messages: string[]): void {
  for (const message of messages) {
    const at = new Date(BEGUN).toISOString();
    stored.push({ id: `1.${stored.length}`, taskRunId: 't1', flowRunId: 'run1', level: 'info', message, at });
  }
}

function end(): void {
  run = { status: 'completed', finishedAt: new Date(clock).toISOString() };
}

/** Follows the run to its end; at each pause time passes and the next of `events` happens. */
async function follow(...events: (() => void)[]): Promise<string[]> {
  const shown: string[] = [];
  const options = {
    ...{ gateway: new GatewayClient(gateway.url), path: PATH, query: {} },
    ...{ signal: new AbortController().signal, now: () => clock },
    onLost: (reason: string) => void lost.push(reason),
    async pause(ms: number) {
      clock += ms;
      events.shift()?.();
    },
  };
  for await (const { lines } of followLogs(options)) shown.push(...lines.map(({ message }) => message));
  return shown;
}

describe('the lines of a run that are followed', () => {
  it('come once each, in order, over all pages, also those of one millisecond', async () => {
    say('a', 'b', 'c', 'd', 'e', 'f', 'g');
    const shown = await follow(
      () => say('h'),
      () => say('i', 'j', 'k'),
      () => undefined,
      () => say('l'),
      end,
    );
    expect(shown.join('')).toBe('abcdefghijkl');
  });

  it('come also where they are stored a moment after the end of the run', async () => {
    expect(
      await follow(
        () => say('a'),
        end,
        () => say('b'),
      ),
    ).toEqual(['a', 'b']);
  });

  it('of a run that ended long ago come at once', async () => {
    say('a', 'b', 'c', 'd');
    end();
    clock += 60_000;
    const atOnce = clock;
    expect(await follow()).toEqual(['a', 'b', 'c', 'd']);
    expect(clock).toBe(atOnce);
  });

  it('come also where the server was away meanwhile', async () => {
    const back = () => ({ body: { id: 'run1', taskTree: [], ...run } });
    const away = { status: 503, body: { status: 503, detail: 'the audit is away', disposition: 'retry' } };
    const shown = await follow(
      () => {
        say('a', 'b');
        gateway.on(`GET ${PATH}`, away);
      },
      () => say('c'),
      () => gateway.on(`GET ${PATH}`, back),
      end,
    );
    expect(shown).toEqual(['a', 'b', 'c']);
    expect(lost).toEqual(['the audit is away', 'the audit is away']);
  });

  it('end with the error where the server stays away, or refuses', async () => {
    gateway.on(`GET ${PATH}`, { status: 503, body: { status: 503, detail: 'away', disposition: 'retry' } });
    await expect(follow()).rejects.toThrow('away');
    expect(lost).toHaveLength(8);
    gateway.on(`GET ${PATH}`, { status: 404, body: { status: 404, detail: 'no such run' } });
    await expect(follow()).rejects.toThrow('no such run');
    expect(lost).toHaveLength(8);
  });
});
