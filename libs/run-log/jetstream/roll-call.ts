import { nuid } from '@nats-io/transport-node';
import type { Msg, Subscription as Inbox } from '@nats-io/transport-node';
import { PartitionKeeper } from '../partition-keeper.js';
import type { MemberWord } from '../partition-keeper.js';
import type { PartitionHolder, Subscription } from '../run-log.js';
import { PARTITIONS } from '../subjects.js';
import { subscriptionOf } from '../subscription.js';
import type { ReaderReports } from '../undecodable.js';
import type { ReaderParts } from './readers.js';
import { NoAnswerError } from './requester.js';
import type { Requester } from './requester.js';

/** Everybody's words, by and by. */
const BEAT = 'partitions.beat';
/** Answers at once with the words of all. */
const WHO = 'partitions.who';
const NAME = 'partitions';
const BEATS_A_LIFE = 4;
const NOTHING = new Uint8Array(0);
/** A member counts itself out a little before the others do. */
const OWN_SHARE_OF_LIFE = 0.7;
/** So many of its own words a member that was cut off has to hear before it takes part again: by then all have spoken. */
const ECHOES_TO_RETURN = 2;

interface Known {
  readonly word: MemberWord;
  heardAt: number;
}

/** A word as it is sent: `at` is the sender's own time, `gone` marks the last one of a member. */
type Said = MemberWord & { readonly at: number; readonly gone?: boolean };

export type RollCallParts = Pick<ReaderParts, 'connection' | 'link' | 'outbox'> & {
  readonly requester: Requester;
};

/**
 * Finds out by plain messages who else works on partitions and what each holds, and shares them accordingly.
 *
 * 1. Each member says now and then that it lives and what it holds, and at once when that changes. Whoever is not
 *    heard of for a life is taken for dead.
 * 2. A member hears itself too. One that has not for most of a life (its broker is away) takes itself for dead and
 *    lets go of everything; what it missed it reads from the log again.
 * 3. Who did not listen cannot say that others were silent: after a break everybody's life begins anew. Nor can it say
 *    that it was silent itself: where its process was stopped or its thread blocked, what it has heard meanwhile is
 *    still to be read. Should others have begun its partitions, they give them back once they hear of it; letting go
 *    and reading everything again costs a busy process so much time that it is late the next time too.
 *
 * Nothing is stored: a cluster that elects a leader disturbs nobody, and what is at stake is only speed.
 */
export class RollCall {
  private readonly me = nuid.next();
  private readonly others = new Map<string, Known>();
  private readonly keeper: PartitionKeeper;
  private readonly beatMs: number;
  private inboxes: Inbox[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** When it said the last of its own words that it has heard, or when its break was over. */
  private heardMyself = performance.now();
  private lastTick = performance.now();
  /** How many of its own words are still to be heard; 0 while all is well. */
  private echoesToCome = 0;
  private announcing = false;
  private readonly unfollow: () => void;

  private constructor(
    private readonly parts: RollCallParts,
    private readonly reports: ReaderReports,
    private readonly holder: PartitionHolder,
    private readonly lifeMs: number,
  ) {
    this.beatMs = lifeMs / BEATS_A_LIFE;
    this.keeper = new PartitionKeeper(this.me, holder, {
      patienceMs: lifeMs,
      retryMs: this.beatMs,
      now: () => performance.now(),
      onChange: () => this.announce(),
      onTrouble: (error) => reports.onReaderTrouble?.(NAME, error),
    });
    this.unfollow = parts.link.onUp(() => {
      this.forgive();
      this.beat();
    });
  }

  /** Joins the group; resolves when what falls to this member at first is taken. */
  static async join(
    parts: RollCallParts,
    reports: ReaderReports,
    holder: PartitionHolder,
    lifeMs: number,
  ): Promise<Subscription> {
    const call = new RollCall(parts, reports, holder, lifeMs);
    await call.begin();
    return subscriptionOf(() => call.leave());
  }

  private async begin(): Promise<void> {
    const words = await askWho(this.parts.requester, this.beatMs);
    if (words) words.forEach((word) => this.note(word));
    else this.echoesToCome = ECHOES_TO_RETURN;
    this.lastTick = this.heardMyself = performance.now();
    this.inboxes = [
      this.listen(BEAT, (message) => this.hear(message)),
      this.listen(WHO, (message) => this.answer(message)),
    ];
    this.timer = setInterval(() => this.tick(), this.beatMs);
    this.look();
    this.beat();
    await this.keeper.settled();
  }

  private async leave(): Promise<void> {
    await this.keeper.leave();
    this.end();
    this.say(true);
    this.parts.outbox.flush();
  }

  private end(): void {
    clearInterval(this.timer);
    this.unfollow();
    if (!this.parts.connection.isClosed()) for (const inbox of this.inboxes) inbox.unsubscribe();
    this.inboxes = [];
  }

  private listen(subject: string, take: (message: Msg) => void): Inbox {
    return this.parts.connection.subscribe(subject, {
      callback: (error, message) => {
        if (!error) take(message);
      },
    });
  }

  private tick(): void {
    const now = performance.now();
    if (now - this.lastTick > 2 * this.beatMs) {
      this.forgive();
      this.heardMyself = now;
    }
    this.lastTick = now;
    if (this.parts.connection.isClosed()) {
      this.keeper.lose();
      this.end();
      return;
    }
    if (this.echoesToCome === 0 && now - this.heardMyself > this.lifeMs * OWN_SHARE_OF_LIFE) {
      this.echoesToCome = ECHOES_TO_RETURN;
      this.keeper.lose();
    }
    for (const [id, { heardAt }] of this.others) if (now - heardAt > this.lifeMs) this.others.delete(id);
    this.beat();
    this.holder.keepAlive();
    this.look();
  }

  private hear(message: Msg): void {
    const said = read(message);
    if (!said) return this.reportNonsense(message);
    if (said.id === this.me) {
      this.heardMyself = said.at;
      if (this.echoesToCome > 0) this.echoesToCome--;
    } else {
      const isNew = !this.others.has(said.id);
      this.note(said);
      if (isNew && !said.gone) this.announce();
    }
    this.look();
  }

  private note(said: Said): void {
    if (said.id === this.me) return;
    if (said.gone) this.others.delete(said.id);
    else this.others.set(said.id, { word: said, heardAt: performance.now() });
  }

  private look(): void {
    if (this.echoesToCome === 0) this.keeper.see([...this.others.values()].map(({ word }) => word));
  }

  private forgive(): void {
    const now = performance.now();
    for (const known of this.others.values()) known.heardAt = now;
  }

  private answer(message: Msg): void {
    const words = [this.saying(), ...[...this.others.values()].map(({ word }) => word)];
    if (message.reply) this.parts.outbox.put({ subject: message.reply, body: JSON.stringify(words) });
  }

  /** Says once what may have changed in several places at a time. */
  private announce(): void {
    if (this.announcing) return;
    this.announcing = true;
    setImmediate(() => {
      this.announcing = false;
      this.beat();
    });
  }

  private beat(): void {
    if (this.inboxes.length > 0) this.say();
  }

  private say(gone = false): void {
    // What is published while the connection is down is sent later, when it is no longer true.
    if (!this.parts.link.isUp) return;
    const said: Said = { ...this.saying(), ...(gone ? { gone } : {}) };
    this.parts.outbox.put({ subject: BEAT, body: JSON.stringify(said) });
  }

  private saying(): Said {
    return { ...this.keeper.word, at: performance.now() };
  }

  private reportNonsense({ subject }: Msg): void {
    this.reports.onReaderTrouble?.(NAME, new Error(`a message on ${subject} is no word of a member`));
  }
}

/** Asks for everybody's words; undefined where it cannot be told whether there is anybody. */
async function askWho(requester: Requester, timeoutMs: number): Promise<readonly Said[] | undefined> {
  try {
    const answer = await requester.request({ subject: WHO, body: NOTHING }, timeoutMs);
    const words: unknown = JSON.parse(answer.string());
    return Array.isArray(words) && words.every(isSaid) ? words : undefined;
  } catch (error) {
    return error instanceof NoAnswerError && error.reason === 'no responders' ? [] : undefined;
  }
}

function read(message: Msg): Said | undefined {
  try {
    const said: unknown = JSON.parse(message.string());
    return isSaid(said) ? said : undefined;
  } catch {
    return undefined;
  }
}

function isSaid(said: unknown): said is Said {
  if (typeof said !== 'object' || said === null || !('id' in said) || !('holds' in said)) return false;
  const { id, holds } = said;
  return (
    typeof id === 'string' &&
    'at' in said &&
    typeof said.at === 'number' &&
    Array.isArray(holds) &&
    holds.every(isPartition)
  );
}

const isPartition = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < PARTITIONS;
