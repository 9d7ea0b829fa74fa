import { flowRunId } from '#libs/run-log';
import type { RunLog } from '#libs/run-log';
import { endOf, endsBy } from './end-of-run.js';
import type { FanOut } from './fan-out.js';
import { countDropped } from './figures.js';
import { comment, endMessage, eventMessage } from './sse-format.js';

/** Where a viewer's messages go. */
export interface Sink {
  /** Takes a text; false means that it waits for the other side to read. */
  write(text: string): boolean;
  /** Resolves when there is room again: true, or false when the other side is gone or has not read for too long. */
  room(): Promise<boolean>;
  /** Calls back once when the other side is gone. */
  onGone(listener: () => void): void;
  end(): void;
}

export interface ViewerOptions {
  /** Show what comes behind this sequence; 0 for all. */
  readonly after: number;
  /** Show progress and log lines too. */
  readonly live: boolean;
}

export interface FanOuts {
  readonly RUN: FanOut<'RUN'>;
  readonly LIVE: FanOut<'LIVE'>;
}

/**
 * Shows the events of one run to one viewer.
 *
 * 1. The log is the buffer. A viewer is either level with the log and gets events as they come, or behind it and
 *    reads on from `shown`; events that come meanwhile are only noted. So it holds one history at most.
 * 2. Every event of RUN behind `after` is shown once, in order, whatever breaks and however slowly it is read.
 * 3. Events of LIVE are shown only while the viewer is level: they are for watching.
 */
export class Viewer {
  private shown: number;
  private level = false;
  /** Sequence of the latest event that came while the viewer was behind. */
  private newest = 0;
  private over = false;
  private readonly gone: Promise<void>;
  private leaveNow = (): void => undefined;
  private wake = (): void => undefined;

  constructor(
    private readonly runId: string,
    private readonly log: RunLog,
    private readonly fanOuts: FanOuts,
    private readonly sink: Sink,
    private readonly options: ViewerOptions,
  ) {
    this.shown = options.after;
    this.gone = new Promise((resolve) => (this.leaveNow = resolve));
    sink.onGone(() => this.leave());
  }

  /** Resolves when the run has ended or the viewer is gone. */
  async show(): Promise<void> {
    const leaves = [await this.fanOuts.RUN.follow(this.runId, (stored) => this.take(stored))];
    try {
      if (this.options.live)
        leaves.push(
          await this.fanOuts.LIVE.follow(this.runId, (stored) => {
            if (this.level) this.write(eventMessage(stored, null));
            else countDropped();
          }),
        );
      while (!this.over) {
        await this.catchUp();
        await this.standStill();
      }
    } finally {
      for (const leave of leaves) leave();
      this.sink.end();
    }
  }

  /** Shows that the connection lives. */
  beat(): void {
    if (this.level) this.write(comment('heartbeat'));
  }

  /** Ends the showing; the connection is closed without an end of the run. */
  leave(): void {
    this.over = true;
    this.leaveNow();
    this.wake();
  }

  private take(stored: Parameters<Parameters<FanOut<'RUN'>['follow']>[1]>[0]): void {
    if (stored.position.seq <= this.shown) return;
    if (!this.level) {
      this.newest = stored.position.seq;
      return;
    }
    this.shown = stored.position.seq;
    this.write(eventMessage(stored, stored.position.seq));
    const end = endsBy(stored.event);
    if (end) this.finish(endMessage(this.runId, end));
  }

  /** Reads the log until the viewer is level with it. */
  private async catchUp(): Promise<void> {
    do {
      const { events } = await this.log.readRun(flowRunId(this.runId));
      for (const stored of events) {
        if (stored.position.seq <= this.shown) continue;
        this.shown = stored.position.seq;
        if (!this.sink.write(eventMessage(stored, stored.position.seq)) && !(await this.hasRoom())) return;
        if (this.over) return;
      }
      const end = endOf(events);
      if (end) return this.finish(endMessage(this.runId, end));
    } while (this.newest > this.shown && !this.over);
    this.level = !this.over;
  }

  /** Stays level until the other side stops reading. */
  private async standStill(): Promise<void> {
    if (!this.level) return;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      if (!this.level || this.over) resolve();
    });
    if (!this.over) await this.hasRoom();
  }

  private write(text: string): void {
    if (this.over || this.sink.write(text)) return;
    // Nothing more goes out until there is room; what comes meanwhile is read from the log then.
    this.level = false;
    this.wake();
  }

  private async hasRoom(): Promise<boolean> {
    const room = await Promise.race([this.sink.room(), this.gone.then(() => false)]);
    if (!room) this.leave();
    return room;
  }

  private finish(text: string): void {
    if (!this.over) this.sink.write(text);
    this.leave();
  }
}
