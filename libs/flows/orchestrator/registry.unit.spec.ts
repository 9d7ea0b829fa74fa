import { describe, expect, it } from '@jest/globals';
import { flow, task } from '../index.js';
import { SampleDto, sampleOperation } from '../testing/sample-operations.js';
import { compareVersions } from './compare-versions.js';
import { FlowRegistry } from './registry.js';

const greet = (version: string, aliases: string[] = [], name = 'greet') =>
  flow({ name, description: 'Under test.', input: SampleDto, version, aliases }, async () => version);

describe('the flows that an orchestrator can run', () => {
  const registry = new FlowRegistry([
    greet('1.9'),
    greet('1.10', ['hail']),
    greet('1'),
    greet('3', [], 'part'),
  ]);

  it('lie side by side in several versions, of which new runs take the greatest', () => {
    expect(registry.versions('greet')).toEqual(['1', '1.9', '1.10']);
    expect(registry.currentVersion('greet')).toBe('1.10');
    expect(registry.get('greet').contract.version).toBe('1.10');
    expect(registry.list().map(({ contract }) => `${contract.name}@${contract.version}`)).toEqual([
      'greet@1.10',
      'part@3',
    ]);
  });

  it('go on with runs of each version', () => {
    for (const version of ['1', '1.9', '1.10'])
      expect(registry.program('greet', version)).toMatchObject({ name: 'greet', version });
    expect(registry.program('greet', '2')).toBeUndefined();
  });

  it('are found by an alias of any version, as the current one', () => {
    expect(registry.get('hail').contract.version).toBe('1.10');
    expect(registry.versions('hail')).toHaveLength(3);
  });

  it('are named where one is asked for that there is not', () => {
    expect(() => registry.get('nobody')).toThrow('flow "nobody" is not known; there are greet, part');
    expect(() => registry.versions('nobody')).toThrow(/is not known/);
    expect(registry.currentVersion('nobody')).toBeUndefined();
  });

  it.each([
    ['one name and version', [greet('1'), greet('1')], 'two flows are named greet version 1'],
    [
      'versions without an order',
      [greet('1'), greet('1.0')],
      'flow greet: neither of versions 1 and 1.0 is the greater',
    ],
    ['an alias that is a name', [greet('1'), greet('1', ['greet'], 'part')], 'two flows are named greet'],
    ['one alias', [greet('1', ['hail']), greet('1', ['hail'], 'part')], 'two flows are named hail'],
  ])('are refused where two have %s', (_what, flows, message) => {
    expect(() => new FlowRegistry(flows)).toThrow(new TypeError(message));
  });

  it('hold tasks that can be run by themselves', () => {
    const work = task({ name: 'work' }, sampleOperation('work'));
    expect(new FlowRegistry([], [work]).get('task_work').contract.name).toBe('task_work');
  });
});

describe('the order of versions', () => {
  it.each([
    ['1', '2'],
    ['9', '10'],
    ['1.9', '1.10'],
    ['1', '1.0.1'],
    ['1.2.3', '1.2.beta'],
    ['1.alpha', '1.beta'],
  ])('puts %s before %s', (older, newer) => {
    expect(compareVersions(older, newer)).toBeLessThan(0);
    expect(compareVersions(newer, older)).toBeGreaterThan(0);
  });

  it('knows none between those that mean the same', () => {
    expect(compareVersions('1.0', '1')).toBe(0);
  });
});
