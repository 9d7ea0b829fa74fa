export { runCli } from './run-cli.js';
export { ExitCode } from './terminal/exit-code.js';
export type { LiveRegion, Terminal } from './terminal/terminal.js';
