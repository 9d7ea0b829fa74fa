#!/usr/bin/env node
import { startTelemetry } from '#libs/telemetry';

// Started before anything that it instruments is loaded.
const telemetry = await startTelemetry({ service: 'jobhunter' });
const { runCli } = await import('./run-cli.js');
const { processTerminal } = await import('./terminal/process-terminal.js');

const args = process.argv.slice(2);
process.exitCode = await runCli(args, processTerminal({ colour: !args.includes('--no-color') }), {
  watchdogScript: new URL('../orchestrator/watchdog-worker.js', import.meta.url),
});
await telemetry.shutdown();
