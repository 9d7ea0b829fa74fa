import { TerminalError } from '#libs/operations';
import { programOf, soloFlow, type FlowDefinition } from '../flow.js';
import type { FlowProgram } from '../core/index.js';
import type { TaskDefinition } from '../task.js';
import { UNDO_FLOW, undoFlow } from '../steering/undo/undo-flow.js';
import { compareVersions } from './compare-versions.js';

/** Nobody here knows a flow of that name. */
export class UnknownFlowError extends TerminalError {
  constructor(
    readonly flow: string,
    readonly known: readonly string[],
  ) {
    super(
      'flow/unknown',
      `flow ${JSON.stringify(flow)} is not known; there are ${known.join(', ') || 'none'}`,
      [{ field: 'flow', value: flow, message: `expected one of ${known.join(', ') || 'none'}` }],
    );
  }
}

/**
 * The flows that this orchestrator can run, side by side in several versions: new runs take the greatest, those that
 * have begun keep theirs.
 */
export class FlowRegistry {
  /** Oldest version first. */
  private readonly flows = new Map<string, FlowDefinition[]>();
  /** A flow's own name and its aliases, to its own name. */
  private readonly names = new Map<string, string>();
  private readonly programs = new Map<string, FlowProgram>();

  /** Throws TypeError when two flows have one name and version, or when a name means two flows. */
  constructor(flows: readonly FlowDefinition[], tasks: readonly TaskDefinition[] = []) {
    this.add(undoFlow);
    for (const definition of [...flows, ...tasks.map((task) => soloFlow(task))]) this.add(definition);
    for (const definition of [...this.flows.values()].flat()) this.nameAliases(definition);
  }

  /** Each flow once, in its current version, but for those that the engine alone starts. */
  list(): FlowDefinition[] {
    return this.everything().filter(({ contract }) => contract.name !== UNDO_FLOW);
  }

  /** Each flow once, those too that the engine alone starts. */
  everything(): FlowDefinition[] {
    return [...this.flows.values()].map((versions) => versions.at(-1)!);
  }

  /** Whether there is a flow of that name or alias. */
  knows(name: string): boolean {
    return this.names.has(name);
  }

  /** A flow's own name where an alias is said; as it is said where nobody here knows it. */
  ownName(name: string): string {
    return this.names.get(name) ?? name;
  }

  /** Finds the current version of a flow by its name or an alias. Throws UnknownFlowError. */
  get(name: string): FlowDefinition {
    return this.all(name).at(-1)!;
  }

  /** The versions of a flow that runs can go on with here, oldest first. Throws UnknownFlowError. */
  versions(name: string): string[] {
    return this.all(name).map(({ contract }) => contract.version);
  }

  /** The program of a version that a run has pinned, or undefined where this build lacks it. */
  program(name: string, version: string): FlowProgram | undefined {
    return this.programs.get(`${name}@${version}`);
  }

  /** What a version of a flow promises, or undefined where this build lacks it. */
  contract(name: string, version: string): FlowDefinition['contract'] | undefined {
    return this.flows.get(name)?.find(({ contract }) => contract.version === version)?.contract;
  }

  /** The version that a new run of the flow pins. */
  currentVersion(name: string): string | undefined {
    return this.knows(name) ? this.get(name).contract.version : undefined;
  }

  private all(name: string): readonly FlowDefinition[] {
    const found = this.flows.get(this.names.get(name) ?? '');
    if (!found)
      throw new UnknownFlowError(
        name,
        this.list().map(({ contract }) => contract.name),
      );
    return found;
  }

  private add(definition: FlowDefinition): void {
    const { name, version } = definition.contract;
    const versions = this.flows.get(name) ?? [];
    for (const { contract } of versions) {
      if (contract.version === version) throw new TypeError(`two flows are named ${name} version ${version}`);
      if (compareVersions(contract.version, version) === 0)
        throw new TypeError(
          `flow ${name}: neither of versions ${contract.version} and ${version} is the greater`,
        );
    }
    versions.push(definition);
    versions.sort((a, b) => compareVersions(a.contract.version, b.contract.version));
    this.flows.set(name, versions);
    this.names.set(name, name);
    this.programs.set(`${name}@${version}`, programOf(definition));
  }

  private nameAliases({ contract }: FlowDefinition): void {
    for (const alias of contract.aliases) {
      const meant = this.names.get(alias);
      if (meant !== undefined && meant !== contract.name) throw new TypeError(`two flows are named ${alias}`);
      this.names.set(alias, contract.name);
    }
  }
}
