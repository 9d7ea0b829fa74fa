import { TerminalError } from '#libs/operations';

export class MetricsOffError extends TerminalError {
  constructor() {
    super('gateway/metrics-off', 'no figures are collected in this process; METRICS switches them on');
  }
}
