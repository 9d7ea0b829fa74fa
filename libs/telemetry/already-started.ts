/** Tracing belongs to the process, and somebody has switched it on already. */
export class AlreadyStartedError extends Error {
  readonly code = 'telemetry/already-started';
  readonly disposition = 'halt';
  constructor() {
    super('tracing was started before in this process; start it once and mark further services by asService');
    this.name = new.target.name;
  }
}
