import { TerminalError } from '#libs/operations';
import { programOf, soloFlow, type FlowDefinition } from '../flow.js';
import type { FlowProgram } from '../core/index.js';
import type { TaskDefinition } from '../task.js';

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

/** The flows that this orchestrator can run. */
export class FlowRegistry {
  private readonly byName = new Map<string, FlowDefinition>();
  private readonly programs = new Map<string, FlowProgram>();

  /** Throws TypeError when two flows, or two names of flows, are the same. */
  constructor(flows: readonly FlowDefinition[], tasks: readonly TaskDefinition[] = []) {
    for (const definition of [...flows, ...tasks.map((task) => soloFlow(task))]) {
      for (const name of [definition.contract.name, ...definition.contract.aliases]) {
        if (this.byName.has(name)) throw new TypeError(`two flows are named ${name}`);
        this.byName.set(name, definition);
      }
      this.programs.set(`${definition.contract.name}@${definition.contract.version}`, programOf(definition));
    }
  }

  /** Each flow once, by its own name. */
  list(): FlowDefinition[] {
    return [...new Set(this.byName.values())];
  }

  /** Finds a flow by its name or an alias. Throws UnknownFlowError. */
  get(name: string): FlowDefinition {
    const found = this.byName.get(name);
    if (!found)
      throw new UnknownFlowError(
        name,
        this.list().map((definition) => definition.contract.name),
      );
    return found;
  }

  /** The program of a version that a run has pinned, or undefined where this build lacks it. */
  program(name: string, version: string): FlowProgram | undefined {
    return this.programs.get(`${name}@${version}`);
  }

  /** The version that a new run of the flow pins. */
  currentVersion(name: string): string | undefined {
    return this.byName.get(name)?.contract.version;
  }
}
