import { describe, expect, it } from '@jest/globals';
import { checkEffects } from './check-effects.js';
import { checkEnds } from './check-ends.js';
import { checkReplay } from './check-replay.js';
import { checkSteps } from './check-steps.js';
import type { Evidence } from './evidence.js';
import { line, SaidLog } from './evidence.fixtures.js';
import { Findings } from './verdict.js';

const judge = (evidence: Evidence) => {
  const findings = new Findings();
  for (const look of [checkEnds, checkReplay, checkSteps, checkEffects]) look(evidence, findings);
  return findings;
};
const nothing = { lost: 0, stuck: 0, diverged: 0, redone: 0, doubled: 0, auditDiffers: 0 };
const ended = () => new SaidLog().started().scheduled(1, 'a').succeeded(1).completed();

describe('the checker', () => {
  it('finds nothing wrong with a run that went well', () => {
    const ledger = [line('begin', 1, 'a', 3.1), line('effect', 1, 'a', 3.2)];
    expect(judge(ended().evidence({ ledger }))).toMatchObject({ counts: nothing, told: [] });
  });

  it('counts a run as lost that was accepted and is not there', () => {
    const testimony = { accepted: [{ run: 'another', key: 'a key' }], confirmed: [], standstills: [] };
    expect(judge(ended().evidence({ testimony })).counts).toEqual({ ...nothing, lost: 1 });
  });

  it('counts a word as lost that was confirmed and is not there', () => {
    const testimony = { accepted: [], confirmed: [{ run: 'a-run', seq: 99 }], standstills: [] };
    expect(judge(ended().evidence({ testimony })).counts).toEqual({ ...nothing, lost: 1 });
  });

  it('counts a key that has started two runs as doubled', () => {
    const accepted = [
      { run: 'another', key: 'a key' },
      { run: 'a-run', key: 'a key' },
    ];
    const testimony = { accepted, confirmed: [], standstills: [] };
    expect(judge(ended().evidence({ testimony })).counts).toMatchObject({ doubled: 1 });
  });

  it('counts a run as stuck that has not ended, and says why it halted', () => {
    const log = new SaidLog().started().say('decision', 'RunHalted', { reason: 'poison' });
    const { counts, told } = judge(
      log.evidence({ replayed: new Map([['a-run', [{ type: 'FlowStarted' }]]]) }),
    );
    expect(counts).toEqual({ ...nothing, stuck: 1 });
    expect(told[0]).toContain('"reason":"poison"');
  });

  it('counts a run as diverged whose replay decides otherwise, less, more, or nothing', () => {
    const decisions = [...ended().evidence().replayed.values()][0]!;
    for (const again of [
      [...decisions.slice(0, -1), { type: 'FlowCompleted', result: 1 }],
      decisions.slice(0, -1),
      [...decisions, { type: 'FlowCompleted', result: null }],
      undefined,
    ]) {
      const replayed = new Map(again ? [['a-run', again]] : []);
      expect(judge(ended().evidence({ replayed })).counts).toEqual({ ...nothing, diverged: 1 });
    }
  });

  it('counts a run as diverged that two orchestrators have decided', () => {
    const decisions = [...ended().evidence().replayed.values()][0]!;
    const twice = new SaidLog().started().scheduled(1, 'a').scheduled(1, 'a').succeeded(1).completed();
    expect(judge(twice.evidence({ replayed: new Map([['a-run', decisions]]) })).counts).toEqual({
      ...nothing,
      diverged: 1,
    });
  });

  it('leaves out of a replay what the orchestrator says of itself, and the end of a run that it had halted', () => {
    const log = new SaidLog()
      .started()
      .say('decision', 'RunHalted', { reason: 'poison' })
      .say('decision', 'RunResumed', { after: 'halt' })
      .scheduled(1, 'a')
      .say('decision', 'RunHalted', { reason: 'poison' })
      .say('decision', 'FlowCancelled');
    const { body } = log
      .evidence()
      .runs.get('a-run')!
      .find(({ type }) => type === 'TaskScheduled')!;
    const replayed = new Map([['a-run', [{ type: 'FlowStarted' }, body]]]);
    expect(judge(log.evidence({ replayed })).counts).toEqual(nothing);
  });

  it('counts a step as redone that was begun after its success', () => {
    const ledger = [line('begin', 1, 'a', 3.1), line('begin', 1, 'a', 6)];
    expect(judge(ended().evidence({ ledger })).counts).toEqual({ ...nothing, redone: 1 });
  });

  it('forgives a process that had looked before, and stood still until after the success', () => {
    const ledger = [line('begin', 1, 'a', 3.1), line('begin', 1, 'a', 6)];
    const standstills = [{ pid: 1, from: 3_900, to: 5_900 }];
    const testimony = { accepted: [], confirmed: [], standstills };
    expect(judge(ended().evidence({ ledger, testimony })).counts).toEqual(nothing);
  });

  it('counts a step as redone by a retry of the flow that knew of its success, and not by one that did not', () => {
    const retried = (fedSeq: number) =>
      new SaidLog()
        .started()
        .scheduled(1, 'a')
        .succeeded(1)
        .say('decision', 'FlowRetried', { fedSeq })
        .scheduled(2, 'a')
        .completed()
        .evidence({ ledger: [line('begin', 1, 'a', 3.1), line('begin', 2, 'a', 6.1)] });
    expect(judge(retried(4)).counts).toEqual({ ...nothing, redone: 1 });
    expect(judge(retried(3)).counts).toEqual(nothing);
  });

  it('counts an effect as doubled that was taken twice', () => {
    const ledger = [line('effect', 1, 'a', 3.1), line('effect', 1, 'a', 3.2)];
    expect(judge(ended().evidence({ ledger })).counts).toEqual({ ...nothing, doubled: 1 });
  });
});
