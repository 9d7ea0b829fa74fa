import { fork } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { OwnProcess } from '../stack/own-process.js';

export interface MemberSettings {
  readonly name: string;
  /** The module in `processes/` that it runs, without its ending. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly say: (line: string) => void;
}

/** A span of time in which a process stood still, in milliseconds of Unix time. */
export interface Standstill {
  readonly pid: number;
  readonly from: number;
  readonly to: number;
}

const AGAIN_AFTER_MS = 300;
const READY_WITHIN_MS = 30_000;

/**
 * One role of the platform, played by a process that is started again whenever it ends: by a fault, or by itself, as a
 * supervisor would. Each process it has had is an incarnation.
 */
export class Member {
  readonly standstills: Standstill[] = [];
  private process: OwnProcess | undefined;
  private incarnation = 0;
  private wanted = false;
  private stoppedAt: number | undefined;
  /** Ends that no fault of the schedule has brought about. */
  readonly ownEnds: string[] = [];

  constructor(private readonly settings: MemberSettings) {}

  get name(): string {
    return this.settings.name;
  }

  /** Starts it and resolves once it says that it is ready. */
  async start(): Promise<void> {
    this.wanted = true;
    await this.launch();
  }

  /** Ends it as a power cut would, and starts it again after `awayMs`. */
  async kill(awayMs: number): Promise<void> {
    await this.end((process) => process.kill(), awayMs);
  }

  /** Asks it to end in order, and starts it again after `awayMs`. */
  async terminate(awayMs: number): Promise<void> {
    await this.end((process) => process.terminate(), awayMs);
  }

  /** Lets it stand still for a while. */
  async standStill(ms: number): Promise<void> {
    const { process } = this;
    if (!process?.lives) return;
    const from = Date.now();
    this.stoppedAt = from;
    process.stop();
    await delay(ms);
    process.continue();
    this.standstills.push({ pid: process.pid, from, to: Date.now() });
    this.stoppedAt = undefined;
  }

  /** Ends it for good. */
  async retire(): Promise<void> {
    this.wanted = false;
    await this.process?.kill();
  }

  /** Ends it in order for good. */
  async dismiss(): Promise<void> {
    this.wanted = false;
    if (this.stoppedAt !== undefined) this.process?.continue();
    await this.process?.terminate();
  }

  private async end(how: (process: OwnProcess) => Promise<void>, awayMs: number): Promise<void> {
    const { process } = this;
    this.wanted = false;
    if (process) await how(process);
    await delay(awayMs);
    this.wanted = true;
    await this.launch();
  }

  private async launch(): Promise<void> {
    const { name, script, env, logFile, say } = this.settings;
    const log = openSync(logFile, 'a');
    const child = fork(new URL(`../processes/${script}.js`, import.meta.url), {
      env: { ...env, MEMBER: name, INCARNATION: String(++this.incarnation) },
      // A session of its own: Ctrl-C reaches the harness only, which then ends all in order.
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    const process = new OwnProcess(child);
    this.process = process;
    const ready = new Promise<void>((resolve) => child.once('message', () => resolve()));
    void process.exited.then(async () => {
      if (!this.wanted || this.process !== process) return;
      this.ownEnds.push(process.end);
      say(`${name} ended by itself (${process.end}); it is started again`);
      await delay(AGAIN_AFTER_MS);
      if (this.wanted && this.process === process) await this.launch().catch(() => undefined);
    });
    const patience = new AbortController();
    const late = delay(READY_WITHIN_MS, undefined, { signal: patience.signal }).then(
      () => say(`${name} was not ready within ${READY_WITHIN_MS / 1_000} s`),
      () => undefined,
    );
    await Promise.race([ready, process.exited, late]);
    patience.abort();
  }
}
