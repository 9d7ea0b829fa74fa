/** Figures belong to the process, and somebody collects them already. */
export class MetricsStartedError extends Error {
  readonly code = 'telemetry/metrics-already-started';
  readonly disposition = 'halt';
  constructor() {
    super(
      'metrics were started before in this process; start them once, whatever number of services it hosts',
    );
    this.name = new.target.name;
  }
}
