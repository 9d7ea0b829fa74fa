import { describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { argumentsOf, pathOf, shownCommands } from '../command-tree.js';
import { createProgram } from '../program.js';
import { runCli } from '../run-cli.js';
import { Session } from '../session.js';
import { captureTerminal } from '../testing/captured-terminal.js';
import { commandReference } from './command-reference.js';

const GUIDE = path.join(process.cwd(), 'docs', 'guides', 'cli.md');
const BEGIN = '<!-- commands: made by `npm run docs:cli` -->\n';

const program = createProgram(new Session(captureTerminal()));
const leaves = (command: Command): Command[] =>
  shownCommands(command).flatMap((one) => (one.commands.length > 0 ? leaves(one) : [one]));

describe('the reference of commands', () => {
  it('is what the guide holds; `npm run docs:cli` writes it anew', () => {
    const text = readFileSync(GUIDE, 'utf8');
    const [before = ''] = text.split(BEGIN);
    const wanted = `${before}${BEGIN}\n${commandReference(program)}\n`;
    if (process.env['UPDATE_DOCS']) writeFileSync(GUIDE, wanted);
    else expect(text).toBe(wanted);
  });

  it('finds every command and argument described', () => {
    for (const command of leaves(program)) {
      expect([pathOf(command), command.description()]).toEqual([
        pathOf(command),
        expect.stringMatching(/\w/),
      ]);
      for (const argument of argumentsOf(command))
        expect([pathOf(command), argument.description]).toEqual([
          pathOf(command),
          expect.stringMatching(/\w/),
        ]);
    }
  });
});

describe('help', () => {
  it('shows every command with --all', async () => {
    const terminal = captureTerminal();
    expect(await runCli(['help', '--all'], terminal)).toBe(0);
    for (const command of leaves(program))
      if (command.name() !== 'help') expect(terminal.stdout()).toContain(`jobhunter ${pathOf(command)}`);
  });

  it('shows a command below another, by any of its names', async () => {
    const terminal = captureTerminal();
    expect(await runCli(['help', 'flow', 'list'], terminal)).toBe(0);
    expect(terminal.stdout()).toContain('Usage: jobhunter flow ls');
  });

  it('says which command was probably meant', async () => {
    const terminal = captureTerminal();
    expect(await runCli(['help', 'flow', 'rnu'], terminal)).toBe(2);
    expect(terminal.stderr()).toContain('did you mean run?');
  });
});
