import type { StoredInRun, Trigger } from '#libs/run-log';
import type { FlowContract } from '../contract.js';
import type { ReadHistory } from './history.js';
import { checkedStart } from './start-run.js';

/**
 * Gives the history of a run as its flow is to see it: a start whose input nobody has checked yet is taken as the
 * version at hand takes it, each time in the same way. Throws a TerminalError where that refuses it.
 */
export async function checkedHistory(history: ReadHistory, contract: FlowContract): Promise<ReadHistory> {
  const said = history.start;
  if (!said?.event.unchecked) return history;
  const start = { ...said, event: await checkedStart(contract, said.event) };
  const isSaid = ({ position }: StoredInRun<Trigger>): boolean => position.seq === said.position.seq;
  return {
    ...history,
    start,
    triggers: history.triggers.map((trigger) => (isSaid(trigger) ? start : trigger)),
  };
}
