import { Header } from '../headers.js';
import type { BodyStore } from '../claim-check.js';
import type { FlowRunId } from '../ids.js';
import type { Forgotten } from '../run-log.js';
import { runSubjects } from '../subjects.js';
import { refused } from './broker-errors.js';
import type { BrokerRefusal } from './broker-errors.js';
import type { Publisher } from './publisher.js';
import { purgeRun } from './purge-run.js';
import { StoredMessages } from './stored-messages.js';

interface SubjectsAnswer {
  readonly state: { readonly subjects?: Readonly<Record<string, number>> | null };
  readonly total?: number;
  readonly error?: BrokerRefusal;
}

/** One subject of many that are alike: a claim of its own for each task, a timer of its own for each wait. */
const ALIKE = /\.(decision\.task|fact|later)\..*$/;

/**
 * Deletes a run from RUN, all of it or all but its ends, and then its objects: before, an event would name what is
 * gone. Breaking off leaves something to be deleted by the next try, never a part of what is to stay.
 */
export async function forgetRun(
  publisher: Publisher,
  bodies: BodyStore,
  runId: FlowRunId,
  what: Forgotten,
): Promise<void> {
  const doing = `forgetting run ${runId}`;
  const seq = what.upTo + 1;
  const kept = what.keep === 'ends' ? await endsOf(publisher, runId) : new Set<string>();
  if (what.keep === 'nothing') await purgeRun(publisher, { filter: runSubjects.all(runId), seq }, doing);
  else {
    const { start, flow } = runSubjects.ends(runId);
    await purgeRun(publisher, { filter: flow, keep: 1 }, doing);
    for (const filter of await othersOf(publisher, runId, new Set([start, flow]), doing))
      await purgeRun(publisher, { filter, seq }, doing);
  }
  for (const name of what.bodies) if (!kept.has(name)) await bodies.delete(name);
}

/** Names the objects that the messages hold which are to stay. */
async function endsOf(publisher: Publisher, runId: FlowRunId): Promise<ReadonlySet<string>> {
  const stored = new StoredMessages(publisher, 'RUN');
  const { start, flow } = runSubjects.ends(runId);
  const ends = await Promise.all([stored.last(start), stored.last(flow)]);
  return new Set(ends.flatMap((end) => end?.read(Header.bodyRef) ?? []));
}

/** Lists the subjects of a run but those that stay, those that are alike by one filter. */
async function othersOf(
  publisher: Publisher,
  runId: FlowRunId,
  but: ReadonlySet<string>,
  doing: string,
): Promise<ReadonlySet<string>> {
  const filters = new Set<string>();
  for (let offset = 0, total = 1; offset < total;) {
    const answer = await publisher.ask<SubjectsAnswer>(
      '$JS.API.STREAM.INFO.RUN',
      { subjects_filter: runSubjects.all(runId), offset },
      doing,
    );
    if (answer.error) throw refused(answer.error);
    const subjects = Object.keys(answer.state.subjects ?? {});
    for (const subject of subjects) if (!but.has(subject)) filters.add(subject.replace(ALIKE, '.$1.>'));
    if (subjects.length === 0) break;
    offset += subjects.length;
    total = answer.total ?? 0;
  }
  return filters;
}
