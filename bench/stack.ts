import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findFolders, startStack, withoutAddresses } from '#libs/local-stack';
import type { Folders, Stack } from '#libs/local-stack';
import type { MeasureContext } from './measure.js';

/** Makes folders whose home is empty and goes away with the measure. */
export async function emptyHome({ cleanup }: MeasureContext): Promise<Folders> {
  const home = await mkdtemp(path.join(tmpdir(), 'bench-'));
  cleanup.add(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  return { ...findFolders(), home };
}

/** The environment without addresses of servers: a bench never works on somebody's data. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: _, ...env } = withoutAddresses(process.env);
  return { ...env, LOG_LEVEL: 'warn' };
}

/** Starts a broker and a database of the measure's own. */
export async function ownStack(context: MeasureContext): Promise<Stack> {
  const folders = await emptyHome(context);
  const stack = await startStack({ folders, env: ownEnvironment() });
  context.cleanup.add(() => stack.stop());
  return stack;
}
