import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, LoggerService } from '@nestjs/common';
import { flowRunId } from '#libs/run-log';
import type { RunLog } from '#libs/run-log';
import { observe } from '#libs/telemetry';
import { LOG } from '../log.js';
import { RUN_LOG } from '../run-log.js';
import { endOf, endsBy } from './end-of-run.js';
import type { RunEnd } from './end-of-run.js';
import { FanOut } from './fan-out.js';
import { beginCounts, viewers } from './figures.js';
import { Viewer } from './viewer.js';
import type { Sink, ViewerOptions } from './viewer.js';

/** What keeps a silent stream of events alive on its way through proxies, in milliseconds. */
const HEARTBEAT_MS = 15_000;

/** All who follow flow runs in this process: viewers of events, and starts that wait for their run's end. */
@Injectable()
export class RunHub implements BeforeApplicationShutdown {
  private readonly run: FanOut<'RUN'>;
  private readonly live: FanOut<'LIVE'>;
  private readonly viewers = new Set<Viewer>();
  private readonly waiting = new AbortController();
  private readonly unobserve = observe((tell) => tell(viewers, this.viewers.size));
  private heart: NodeJS.Timeout | undefined;

  constructor(
    @Inject(RUN_LOG) private readonly log: RunLog,
    @Inject(LOG) private readonly logger: LoggerService,
  ) {
    beginCounts();
    const trouble = (stream: string) => (error: Error | undefined) =>
      void this.logger.warn(
        `the watch over ${stream} has ended and is opened again: ${error?.message ?? 'closed'}`,
      );
    this.run = new FanOut(log, 'RUN', trouble('RUN'));
    this.live = new FanOut(log, 'LIVE', trouble('LIVE'));
  }

  /** How many viewers there are. */
  get size(): number {
    return this.viewers.size;
  }

  /** Shows a run's events to a viewer until the run has ended or the viewer is gone. */
  async view(runId: string, sink: Sink, options: ViewerOptions): Promise<void> {
    const viewer = new Viewer(runId, this.log, { RUN: this.run, LIVE: this.live }, sink, options);
    this.viewers.add(viewer);
    this.heart ??= setInterval(() => this.beat(), HEARTBEAT_MS).unref();
    try {
      await viewer.show();
    } finally {
      this.viewers.delete(viewer);
      if (this.viewers.size === 0) {
        clearInterval(this.heart);
        this.heart = undefined;
      }
    }
  }

  /**
   * Waits for a run's end; where it goes on in another run, for that one's. Tells which run of them it has come to, and
   * how that has ended: undefined where the signal was aborted, or the gateway stopped, before it did.
   */
  async end(
    runId: string,
    signal: AbortSignal,
  ): Promise<{ readonly runId: string; readonly end: RunEnd | undefined }> {
    for (let id = runId, before = runId; ;) {
      const end = await this.endOfOne(id, signal);
      // One that goes on with another's work is known by name a moment before it is started.
      if (!end) return { runId: id === runId || (await this.isThere(id)) ? id : before, end };
      if (end.continuedBy === undefined) return { runId: id, end };
      before = id;
      id = end.continuedBy;
    }
  }

  private async isThere(runId: string): Promise<boolean> {
    return (await this.log.readRun(flowRunId(runId))).events.length > 0;
  }

  private async endOfOne(runId: string, signal: AbortSignal): Promise<RunEnd | undefined> {
    const over = AbortSignal.any([signal, this.waiting.signal]);
    let settle = (_end: RunEnd | undefined): void => undefined;
    const seen = new Promise<RunEnd | undefined>((resolve) => (settle = resolve));
    const giveUp = (): void => settle(undefined);
    over.addEventListener('abort', giveUp, { once: true });
    if (over.aborted) giveUp();
    const leave = await this.run.follow(runId, ({ event }) => {
      const end = endsBy(event);
      if (end) settle(end);
    });
    try {
      const { events } = await this.log.readRun(flowRunId(runId));
      return endOf(events) ?? (await seen);
    } finally {
      over.removeEventListener('abort', giveUp);
      leave();
    }
  }

  /** Says to every viewer that the connection lives. */
  beat(): void {
    for (const viewer of this.viewers) viewer.beat();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.unobserve();
    this.waiting.abort();
    for (const viewer of this.viewers) viewer.leave();
    clearInterval(this.heart);
    await Promise.all([this.run.close(), this.live.close()]);
  }
}
