import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DeploymentFileError, readDeploymentFile, type DeploymentFile } from '#libs/deployments';
import type { DeploymentView } from '#libs/deployments';
import { sentenceOf } from '../terminal/cli-error.js';
import type { Check } from './finding.js';

const FILE = 'jobhunter.yml';

/** Looks at the file of deployments in the working folder: whether it makes sense, and whether the server has them. */
export const fileChecks: Check = async ({ workingFolder, gateway }) => {
  const what = FILE;
  const file = path.join(workingFolder, FILE);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return [];
  let specs: DeploymentFile['specs'];
  try {
    ({ specs } = readDeploymentFile(text, FILE));
  } catch (error) {
    if (!(error instanceof DeploymentFileError)) throw error;
    return [{ what, verdict: 'bad', told: sentenceOf(error), hint: `mend it, then: jobhunter deploy` }];
  }
  const there = await gateway.list<DeploymentView>('/deployments', {}, 1_000).catch(() => undefined);
  if (!there) return [{ what, verdict: 'ok', told: `${specs.length} deployments, all of them readable` }];
  const known = new Set(there.items.map(({ flow, name }) => `${flow}/${name}`));
  const missing = specs.map(({ flow, name }) => `${flow}/${name}`).filter((ref) => !known.has(ref));
  if (missing.length === 0)
    return [{ what, verdict: 'ok', told: `all ${specs.length} deployments are there` }];
  const told = `${missing.length} of ${specs.length} deployments are not there: ${missing.join(', ')}`;
  return [{ what, verdict: 'note', told, hint: 'put them there: jobhunter deploy' }];
};
