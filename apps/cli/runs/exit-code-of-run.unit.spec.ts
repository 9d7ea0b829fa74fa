import { expect, it } from '@jest/globals';
import { ExitCode } from '../terminal/exit-code.js';
import { exitCodeOfRun } from './follow-run.js';

it.each([
  ['completed', { success: true }, ExitCode.ok],
  ['completed', { success: false, reason: 'failed' }, ExitCode.failed],
  ['completed', { success: false, reason: 'dry_run' }, ExitCode.ok],
  ['completed', { applied: false }, ExitCode.ok],
  ['completed', null, ExitCode.ok],
  ['completed', 'done', ExitCode.ok],
  ['failed', null, ExitCode.failed],
  ['cancelled', null, ExitCode.failed],
  ['halted', null, ExitCode.halted],
] as const)('a run that %s with %j ends the program with %i', (status, result, code) => {
  expect(exitCodeOfRun({ status, result })).toBe(code);
});
