import { Logger } from '@nestjs/common';
import type { LogStorage } from '#libs/run-log';

/** How full the log may be before somebody is told, in hundredths, and how the line is said. */
const LEVELS = [
  { percent: 95, say: 'error' },
  { percent: 85, say: 'error' },
  { percent: 70, say: 'warn' },
] as const;

/** From here on runs are archived as fast as can be. */
const PRESSING = 85;
/** Falling below a level by less does not count: at the edge of one it would be told over and over. */
const SLACK = 2;

export interface Pressure {
  readonly bytes: number;
  readonly limit: number | undefined;
  /** From 0 to 1; undefined where no limit is known. */
  readonly share: number | undefined;
  /** The highest level reached, in hundredths: 0, 70, 85 or 95. */
  readonly level: number;
}

/** Hears when a level is reached, and when the log is below the lowest again. */
export type OnPressure = (pressure: Pressure) => Promise<void> | void;

/**
 * Watches how full the log is, against the limit of the broker's account or one that was set. The broker refuses new
 * work once its storage is full, so it must be heard of well before.
 */
export class LogPressure {
  private readonly logger = new Logger('Audit');
  private told = 0;
  private hasLimit = true;
  last: Pressure | undefined;

  constructor(
    private readonly storage: () => Promise<LogStorage>,
    private readonly setLimit: number | undefined,
    private readonly onChange: OnPressure = () => undefined,
  ) {}

  /** True from 85 % on. */
  get pressing(): boolean {
    return (this.last?.level ?? 0) >= PRESSING;
  }

  async look(): Promise<Pressure> {
    const { bytes, limit: ofAccount } = await this.storage();
    const limits = [ofAccount, this.setLimit].flatMap((each) => each ?? []);
    const limit = limits.length > 0 ? Math.min(...limits) : undefined;
    const share = limit === undefined ? undefined : bytes / limit;
    const level = this.levelOf((share ?? 0) * 100);
    const pressure = { bytes, limit, share, level };
    this.last = pressure;
    if (limit === undefined && this.hasLimit)
      this.logger.warn(
        'nobody says how large the log may become, so nobody can be told before it is full: set LOG_LIMIT_BYTES, or a ' +
          "limit for the broker's account",
      );
    this.hasLimit = limit !== undefined;
    if (level === this.told) return pressure;
    this.say(pressure);
    // Only what has been passed on counts as told.
    await this.onChange(pressure);
    this.told = level;
    return pressure;
  }

  private levelOf(percent: number): number {
    const reached = LEVELS.find((level) => percent >= level.percent)?.percent ?? 0;
    return reached < this.told && percent > this.told - SLACK ? this.told : reached;
  }

  private say({ bytes, limit, level }: Pressure): void {
    const size = `${mebibytes(bytes)} of ${mebibytes(limit ?? 0)} MiB`;
    if (level === 0) return this.logger.log(`the log is no longer filling up: it holds ${size}`);
    const kind = LEVELS.find(({ percent }) => percent === level)?.say ?? 'warn';
    this.logger[kind](
      `ALARM: the log is ${level} % full (${size}); when it is full, no flow can be started or go on. Finished runs are ` +
        'archived as their time comes: shorten AUDIT_ARCHIVE_AFTER_DAYS, or give the broker more room',
    );
  }
}

const mebibytes = (bytes: number): string => (bytes / 1_048_576).toFixed(1);
