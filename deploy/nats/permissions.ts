import {
  filters,
  partitionDurable,
  PARTITIONS,
  projectorDurable,
  serviceDurable,
  voices,
} from '#libs/run-log';
import type { OperationContract } from '#libs/operations';

/** What a user of the broker may publish on and listen to. */
export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

const API = '$JS.API';
const LANES = ['normal', 'urgent'] as const;

/** Adds up permissions, each subject once. */
export function together(...parts: readonly Permissions[]): Permissions {
  const all = (of: keyof Permissions): string[] => [...new Set(parts.flatMap((part) => part[of]))];
  return { publish: all('publish'), subscribe: all('subscribe') };
}

const says = (...publish: string[]): Permissions => ({ publish, subscribe: [] });
const hears = (...subscribe: string[]): Permissions => ({ publish: [], subscribe });

/** Answers are listened for under one's own name only. */
export const inbox = (user: string): Permissions => hears(`_INBOX.${user}.>`);

/** Whoever answers requests publishes where the asker listens: under a name drawn by lot. */
export const answers = says('_INBOX.>');

/** Makes a stream where it is missing, and looks at it. */
export const provides = (...streams: string[]): Permissions =>
  says(...streams.flatMap((stream) => [`${API}.STREAM.INFO.${stream}`, `${API}.STREAM.CREATE.${stream}`]));

/** Brings the settings of a stream in line with the build, its copies among them. */
export const aligns = (...streams: string[]): Permissions =>
  says(...streams.map((stream) => `${API}.STREAM.UPDATE.${stream}`));

/** Reads what is stored, from the leader or any replica. */
export const reads = (...streams: string[]): Permissions =>
  says(
    ...streams.flatMap((stream) => [
      `${API}.STREAM.MSG.GET.${stream}`,
      `${API}.DIRECT.GET.${stream}`,
      `${API}.DIRECT.GET.${stream}.>`,
    ]),
  );

/** Is pushed what is stored, by a consumer without a name that settles nothing. */
export const follows = (...streams: string[]): Permissions =>
  says(...streams.flatMap((stream) => [`${API}.CONSUMER.CREATE.${stream}`, `$JS.FC.${stream}.>`]));

/** Pulls from one durable, and makes it where it is missing; with a filter no other can be made under its name. */
function pulls(stream: string, durable: string, filter?: string): Permissions {
  const made = filter === undefined ? durable : `${durable}.${filter}`;
  return says(
    `${API}.CONSUMER.INFO.${stream}.${durable}`,
    `${API}.CONSUMER.CREATE.${stream}.${made}`,
    `${API}.CONSUMER.MSG.NEXT.${stream}.${durable}`,
    `$JS.ACK.${stream}.${durable}.>`,
  );
}

/** Takes the work of a service's operations, claims it and says how it ended. */
export function serves(service: string, contracts: readonly OperationContract[]): Permissions {
  const work = contracts.flatMap(({ name: operation }) =>
    LANES.map((lane) =>
      pulls('RUN', serviceDurable({ service, operation, lane }), filters.work(service, operation, lane)),
    ),
  );
  return together(
    hears(`operation.${service}.*`),
    answers,
    says(voices.outcomes, voices.claims, voices.live, voices.calls(service), voices.deadLetters(service)),
    ...work,
  );
}

/** Calls operations of these services directly; the answer may lie in CALLS. */
export const calls = (...services: string[]): Permissions =>
  says(...services.map((service) => `operation.${service}.*`));

/** Follows runs and decides what comes next in them. */
export function orchestrates(): Permissions {
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) =>
    pulls('RUN', partitionDurable(partition), filters.triggers(partition)),
  );
  return together(
    says(voices.requests, voices.decisions, voices.claims, voices.laters, voices.live),
    // Clears the timers of runs, and drops what was said to a run that never began.
    purges('RUN'),
    hears('workflows.*.*', 'partitions.beat', 'partitions.who'),
    says('partitions.beat', 'partitions.who'),
    answers,
    ...partitions,
  );
}

/** Works on many runs at once, and answers each other: whichever gateway began the work knows how far it is. */
export const answersBulk = together(hears('workflows.bulk.*'), answers);

/** Asks orchestrators. */
export const asksOrchestrators = says('workflows.*.*');

/** Folds a stream as one of those that take turns. */
export function projects(name: string, stream: string): Permissions {
  const durable = projectorDurable(name);
  return together(
    pulls(stream, durable),
    says(`${API}.CONSUMER.RESET.${stream}.${durable}`, `$KV.LEASES.projector.${stream}.${name}`),
  );
}

/** Deletes messages for good. */
export const purges = (...streams: string[]): Permissions =>
  says(...streams.map((stream) => `${API}.STREAM.PURGE.${stream}`));

/** Reads a bucket of values, and follows it. Nobody else has consumers there, so their names need no guard. */
export function looksInto(bucket: string): Permissions {
  const stream = `KV_${bucket}`;
  return together(
    provides(stream),
    reads(stream),
    says(
      `${API}.CONSUMER.CREATE.${stream}.>`,
      `${API}.CONSUMER.DELETE.${stream}.*`,
      `${API}.CONSUMER.INFO.${stream}.*`,
      `$JS.FC.${stream}.>`,
    ),
  );
}

/** Writes values of a bucket: those under a prefix, or all. */
export const writesInto = (bucket: string, prefix = ''): Permissions =>
  together(looksInto(bucket), says(`$KV.${bucket}.${prefix}>`));

/** Removes values of a bucket as well, and those that are kept in pieces. */
export const keeps = (bucket: string): Permissions =>
  together(
    writesInto(bucket),
    purges(`KV_${bucket}`),
    says(`${API}.STREAM.MSG.DELETE.KV_${bucket}`, `kv-pieces.${bucket}.>`),
  );

/** Fetches large bodies. */
export function fetches(bucket: string): Permissions {
  const stream = `OBJ_${bucket}`;
  return together(
    provides(stream),
    reads(stream),
    says(
      `${API}.CONSUMER.CREATE.${stream}.>`,
      `${API}.CONSUMER.DELETE.${stream}.*`,
      `${API}.CONSUMER.INFO.${stream}.*`,
      `$JS.FC.${stream}.>`,
    ),
  );
}

/** Stores large bodies. Purging removes the pieces of one that could not be stored as a whole. */
export const stores = (bucket: string): Permissions =>
  together(fetches(bucket), says(`$O.${bucket}.C.*`, `$O.${bucket}.M.*`), purges(`OBJ_${bucket}`));

/** Everything about a stream that is one user's alone. */
export const owns = (stream: string, subjects: string): Permissions =>
  together(
    provides(stream),
    aligns(stream),
    reads(stream),
    purges(stream),
    says(
      subjects,
      `${API}.STREAM.MSG.DELETE.${stream}`,
      `${API}.CONSUMER.*.${stream}`,
      `${API}.CONSUMER.*.${stream}.>`,
      `${API}.CONSUMER.MSG.NEXT.${stream}.*`,
      `$JS.ACK.${stream}.>`,
      `$JS.FC.${stream}.>`,
    ),
  );

/** Looks at how far others have come: the durables of streams, and the size of each stream. */
export const watchesOver = (...streams: string[]): Permissions =>
  together(
    says(`${API}.STREAM.LIST`),
    says(...streams.map((stream) => `${API}.CONSUMER.LIST.${stream}`)),
    says(
      ...Array.from(
        { length: PARTITIONS },
        (_, partition) => `${API}.CONSUMER.INFO.RUN.${partitionDurable(partition)}`,
      ),
    ),
  );

/** Looks at what the account uses of its storage. */
export const seesStorage = says(`${API}.INFO`);
