import type { Artifact, LogEntry } from '#libs/run-log';
import { FlowUsageError } from './errors.js';
import { asJson } from './json-value.js';
import type { CoreContext } from './program.js';
import { seededRandom, uuidFrom } from './random.js';
import { mayFailUnseen, rejected } from './rejected.js';
import type { RunState } from './run-state.js';
import type { Scope } from './scope.js';
import type { Tasks } from './tasks.js';
import type { Waits } from './waits.js';

/** What the context of a flow's code asks of the execution. */
export interface ContextHost {
  /** Whether the code of this scope may still decide. */
  isCurrent(scope: Scope): boolean;
  /** Throws, and halts the run, outside an activation. */
  assertActive(what: string): void;
  /** Why nothing more is done but for cleaning up, if so. */
  readonly stopError: Error | undefined;
  /** Gives up what the branches that lost a race have begun. */
  closeBranches(scopes: readonly Scope[]): void;
  /** Keeps a value should the run complete. */
  keep(name: string, value: unknown): void;
  continueAsNew(input: unknown): Promise<never>;
  write(level: LogEntry['level'], message: string, fields?: Record<string, unknown>): void;
}

type CommonContext = Pick<
  CoreContext,
  'runId' | 'flow' | 'version' | 'actor' | 'flags' | 'attempt' | 'startedAt' | 'now' | 'random' | 'uuid'
>;

/** Makes what a flow's code is given: one context for each scope, all over the same run. */
export class Contexts {
  constructor(
    private readonly run: RunState,
    private readonly tasks: Tasks,
    private readonly waits: Waits,
    private readonly host: ContextHost,
  ) {}

  of(scope: Scope): CoreContext {
    const { run } = this;
    const { actor, flags } = run.start!;
    // The code's and the hook's chances must differ.
    const random = seededRandom(`${run.runId}/${scope.epoch}${scope.shielded ? '/end' : ''}`);
    return this.over(scope, {
      runId: run.runId,
      flow: run.program.name,
      version: run.program.version,
      actor: { userId: actor.userId, channel: actor.channel },
      flags: {
        dryRun: flags.dryRun ?? false,
        testMode: flags.testMode ?? false,
        verbose: flags.verbose ?? false,
      },
      attempt: scope.epoch,
      startedAt: run.startedAt,
      now: () => run.now,
      random: () => random(),
      uuid: () => uuidFrom(random),
    });
  }

  private over(scope: Scope, common: CommonContext): CoreContext {
    const { host, tasks, waits } = this;
    const guarded = <T>(what: string, body: () => Promise<T>): Promise<T> => {
      // What is asked for in vain gets no answer.
      if (!host.isCurrent(scope)) return new Promise<T>(() => undefined);
      host.assertActive(what);
      if (host.stopError && !scope.shielded) return rejected(host.stopError);
      return body();
    };
    return {
      ...common,
      task: (call) => guarded(`task ${call.spec.name}`, () => tasks.begin(scope, call)),
      child: (call) => guarded(`flow ${call.flow}`, () => waits.child(scope, call)),
      sleep: (seconds) => guarded('sleep', () => waits.sleep(scope, seconds)),
      signal: (name, timeout) => guarded(`signal ${name}`, () => waits.signal(scope, name, timeout)),
      approval: (call) => guarded(`approval ${call.name}`, () => waits.approval(scope, call)),
      value: (source, name) => guarded(`${source} ${name}`, () => waits.value(scope, source, name)),
      race: (branches) => guarded('race', () => this.race(scope, common, branches)),
      continueAsNew: (input) => guarded('continueAsNew', () => host.continueAsNew(input)),
      artifact: (artifact) => this.record(scope, artifact),
      keep: (name, value) => {
        if (!host.isCurrent(scope)) return;
        host.assertActive(`state ${name}`);
        host.keep(name, asJson(value, `the state ${name}`));
      },
      shielded: () => this.over(scope.shield(), common),
      log: (level, message, fields) => {
        if (host.isCurrent(scope)) host.write(level, message, fields);
      },
    };
  }

  private race<T>(
    scope: Scope,
    common: CommonContext,
    branches: readonly ((ctx: CoreContext) => Promise<T>)[],
  ): Promise<T> {
    if (branches.length === 0) return rejected(new FlowUsageError('race([]): expected at least one branch'));
    const scopes = branches.map(() => scope.branch());
    let decided = false;
    const first = new Promise<T>((resolve, reject) => {
      const win = (winner: Scope, settle: () => void) => {
        if (decided || !this.host.isCurrent(scope)) return;
        decided = true;
        const losers = scopes.filter((each) => each !== winner);
        this.host.closeBranches(losers);
        for (const loser of losers) loser.close();
        settle();
      };
      branches.forEach((branch, index) => {
        const own = scopes[index]!;
        (async () => branch(this.over(own, common)))().then(
          (value) => win(own, () => resolve(value)),
          (error: Error) => win(own, () => reject(error)),
        );
      });
    });
    return mayFailUnseen(first);
  }

  private record(scope: Scope, { kind, key, title, data }: Artifact): void {
    if (!this.host.isCurrent(scope)) return;
    this.host.assertActive('artifact');
    if (this.host.stopError && !scope.shielded) return;
    const { full, steps } = this.run;
    if (full) throw full;
    const artifact = {
      kind,
      ...(key === undefined ? {} : { key }),
      ...(title === undefined ? {} : { title }),
      data: asJson(data, `the data of the ${kind} artifact`),
    };
    const step = steps.openWait(scope, steps.ask('artifact', ''));
    steps.settle(step);
    this.run.emit({ type: 'ArtifactRecorded', step: step.number, artifact });
  }
}
