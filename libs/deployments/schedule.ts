/** Five fields (minute, hour, day of month, month, day of week), or `@hourly`, `@daily` and the like. */
export interface CronSchedule {
  readonly cron: string;
  /** IANA name, such as `Europe/Berlin`; UTC unless told otherwise. */
  readonly timeZone?: string;
}

/** Fires at `anchor` + n × `intervalSeconds`, whatever clocks people set. */
export interface IntervalSchedule {
  readonly intervalSeconds: number;
  /** ISO instant; the first of January 1970, UTC, unless told otherwise. */
  readonly anchor?: string;
}

/** When a deployment fires. */
export type Schedule = CronSchedule | IntervalSchedule;

/** The instants of a schedule, in milliseconds since the epoch of Unix. */
export interface Instants {
  /** The first instant after this one; undefined where none comes any more. Rises strictly. */
  next(after: number): number | undefined;
}
