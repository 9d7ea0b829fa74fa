import { isScalar } from 'yaml';
import type { DeploymentInput } from '../deployment.js';
import { locate } from './locate.js';
import { parseYaml, type ParsedYaml } from './parse-yaml.js';
import { DeploymentFileError, placed, type FileProblem, type Place } from './problems.js';
import { readDeployment, type ReadSpec } from './read-deployment.js';
import { readRunner } from './read-runner.js';
import { TooMuchError, YamlReader } from './yaml-reader.js';

const KEYS = ['deployments', 'orchestrator', 'source'] as const;
/** Keys that are there for their anchors. */
const EXTENSION = /^x-/;

/** What a file says is to be there. */
export interface DeploymentFile {
  /** As they stand in the file, runners last. */
  readonly specs: readonly DeploymentInput[];
  /** By which the deployments of this file are told from others. */
  readonly source: string;
  /** Finds where a field of a specification stands, such as `parameters.limit` of the second one: `(1, …)`. */
  readonly placeOf: (spec: number, field: string) => Place;
}

/**
 * Reads a file of deployments: `deployments:`, and `orchestrator: runners:` as a short form for pipes. Throws
 * DeploymentFileError with everything that is wrong with it, each with line and column. What only an orchestrator
 * knows (flows, their parameters, whether a cron text ever fires) is judged by a plan.
 */
export function readDeploymentFile(text: string, name: string): DeploymentFile {
  const yaml = parseYaml(text);
  if (yaml.problems.length > 0) throw new DeploymentFileError(name, yaml.problems);
  const reader = new YamlReader(yaml);
  let read: { readonly specs: readonly ReadSpec[]; readonly source: string | undefined };
  try {
    read = readRoot(yaml, reader);
  } catch (error) {
    if (!(error instanceof TooMuchError)) throw error;
    throw new DeploymentFileError(name, [{ ...error.place, message: error.message }]);
  }
  const { specs, source = baseName(name) } = read;
  const problems = [...reader.problems, ...twice(specs, name, reader)];
  if (problems.length > 0) throw new DeploymentFileError(name, problems);
  return {
    specs: specs.map(({ spec }) => ({ ...spec, source })),
    source,
    placeOf: (spec, field) => locate(field, specs[spec]?.origins ?? [], reader),
  };
}

function readRoot({ root }: ParsedYaml, reader: YamlReader) {
  const isNothing = root === null || (isScalar(root) && root.value === null);
  if (isNothing) {
    reader.wrong(root, 'the file is empty: expected deployments: or orchestrator:');
    return { specs: [], source: undefined };
  }
  const entries = reader.mapping(root, 'the file', KEYS, EXTENSION);
  const deployments = entries?.get('deployments');
  const orchestrator = entries?.get('orchestrator');
  const named = entries?.get('source');
  const runners =
    orchestrator && reader.mapping(orchestrator.value, 'orchestrator', ['runners'])?.get('runners');
  const specs = [
    ...itemsOf(deployments?.value, 'deployments', reader).map((node) => readDeployment(node, reader)),
    ...itemsOf(runners?.value, 'runners', reader).map((node) => readRunner(node, reader)),
  ].filter((spec) => spec !== undefined);
  return { specs, source: named && reader.text(named.value, 'source') };
}

/** A list that may be left empty, as in `deployments:` with all its entries commented out. */
function itemsOf(node: unknown, what: string, reader: YamlReader): readonly unknown[] {
  if (node === undefined || node === null || reader.scalar(node)?.value === null) return [];
  return reader.list(node, what) ?? [];
}

function twice(specs: readonly ReadSpec[], file: string, reader: YamlReader): FileProblem[] {
  const first = new Map<string, Place>();
  return specs.flatMap(({ spec, origins }) => {
    const ref = `${spec.flow}/${spec.name}`;
    const place = locate('name', origins, reader);
    const before = first.get(ref);
    if (!before) first.set(ref, place);
    return before
      ? [{ ...place, message: `${ref} stands in the file twice: it is at ${placed(file, before)} too` }]
      : [];
  });
}

const baseName = (name: string): string =>
  name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
