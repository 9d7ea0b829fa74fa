import { Controller, Inject } from '@nestjs/common';
import { ListWatchedEmployers, UnwatchEmployer, WatchEmployer } from '#libs/contracts';
import type {
  ListWatchedEmployersInput,
  ListWatchedEmployersOutput,
  SourceName,
  UnwatchEmployerInput,
  UnwatchEmployerOutput,
  WatchEmployerInput,
  WatchEmployerOutput,
  WatchedEmployerDto,
} from '#libs/contracts';
import { Operation, TerminalError } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { SOURCE_REGISTRY } from '../scraping/scraper-tokens.js';
import type { SourceRegistry } from '../scraping/source-registry.js';
import { findBoard } from './find-board.js';
import { WatchListStore } from './watch-list.store.js';
import type { BoardKey } from './watch-list.store.js';
import type { WatchedEmployer } from './watched-employer.schema.js';

/** The board is not on the person's watch-list. */
export class NotWatchedError extends TerminalError {
  constructor(
    readonly source: string,
    readonly board: string,
  ) {
    super(
      'scraper/not-watched',
      `the board ${JSON.stringify(board)} of ${source} is not on your watch-list`,
      [{ field: 'board', value: board, message: 'is not on your watch-list' }],
    );
  }
}

@Controller()
export class WatchListController {
  constructor(
    private readonly employers: WatchListStore,
    @Inject(SOURCE_REGISTRY) private readonly sources: SourceRegistry,
  ) {}

  @Operation(WatchEmployer)
  async watch(input: WatchEmployerInput, run: OperationRun): Promise<WatchEmployerOutput> {
    const key = this.keyOf(input, run);
    const name = input.name ?? null;
    const now = new Date();
    const { dryRun } = run.flags;
    if (dryRun) {
      const known = await this.employers.get(key);
      const employer = known ?? { ...NEVER_ASKED, ...key, _id: '', name, watchedSince: now };
      return { success: true, added: known === null, employer: view(employer), dryRun };
    }
    const { employer, added } = await this.employers.add(key, name, now);
    return { success: true, added, employer: view(employer), dryRun };
  }

  @Operation(UnwatchEmployer)
  async unwatch(input: UnwatchEmployerInput, run: OperationRun): Promise<UnwatchEmployerOutput> {
    const key = this.keyOf(input, run);
    const { dryRun } = run.flags;
    const { source, board } = key;
    const wasThere = dryRun ? (await this.employers.get(key)) !== null : await this.employers.remove(key);
    if (!wasThere) throw new NotWatchedError(source, board);
    return { success: true, source, board, dryRun };
  }

  @Operation(ListWatchedEmployers)
  async list({ source }: ListWatchedEmployersInput, run: OperationRun): Promise<ListWatchedEmployersOutput> {
    const owner = { userId: run.actor.userId, testMode: run.flags.testMode };
    return { employers: (await this.employers.list(owner, source)).map(view) };
  }

  private keyOf({ board, source }: UnwatchEmployerInput, run: OperationRun): BoardKey {
    const { testMode } = run.flags;
    return { userId: run.actor.userId, testMode, ...findBoard(board, source, this.sources.all(testMode)) };
  }
}

const NEVER_ASKED = { lastOutcome: null, lastAskedAt: null, lastSuccessAt: null, lastMessage: null };

function view(employer: WatchedEmployer): WatchedEmployerDto {
  const { _id, source, board, name, watchedSince, lastOutcome, lastAskedAt, lastSuccessAt, lastMessage } =
    employer;
  return {
    id: _id,
    source: source as SourceName,
    board,
    name,
    watchedSince: watchedSince.toISOString(),
    lastOutcome,
    lastAskedAt: lastAskedAt?.toISOString() ?? null,
    lastSuccessAt: lastSuccessAt?.toISOString() ?? null,
    lastMessage,
  };
}
