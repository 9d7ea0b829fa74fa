import 'reflect-metadata';
import { IsString } from 'class-validator';
import { readSettings } from '../../settings/read-settings.js';
import { matchesQuery } from '../match-query.js';
import type { SearchRequest, Source, SourceDefinition } from '../source.js';
import { visitSaved } from '../visit.js';
import type { Visit } from '../visit.js';
import { visitFolder } from '../visit-folder.js';
import { parseIndeedPage } from './parse.js';

const FOLDER = 'SOURCE_INDEED_FOLDER';

export class IndeedSettings {
  /** Folder with pages that the person saved; empty for none. */
  @IsString()
  folder = '';
}

/** Indeed turns every program away: only what the person has saved is read. */
class IndeedSource implements Source {
  readonly name = 'indeed';
  readonly takes = ['query', 'savedPages'] as const;
  readonly boards = null;
  readonly offBecause: string | null;

  constructor(private readonly settings: IndeedSettings) {
    this.offBecause = settings.folder
      ? null
      : `it turns programs away, so it reads saved pages only: name a folder in ${FOLDER} or bring savedPages`;
  }

  reads({ host }: URL): boolean {
    return /(^|\.)indeed\.[a-z.]{2,6}$/.test(host);
  }

  async *search({ savedPages, query, signal }: SearchRequest): AsyncGenerator<Visit> {
    for (const page of savedPages) yield visitSaved(page, parseIndeedPage);
    if (savedPages.length > 0 || !this.settings.folder) return;
    for await (const visit of visitFolder(this.settings.folder, FOLDER, signal, parseIndeedPage))
      yield { ...visit, postings: visit.postings.filter((posting) => matchesQuery(posting, query)) };
  }
}

export const indeed: SourceDefinition<IndeedSettings> = {
  name: 'indeed',
  title: 'Indeed',
  description: 'Pages of indeed.com, or of its like in your country, that you saved',
  readSettings: (env) => readSettings(IndeedSettings, env, { folder: FOLDER }),
  baseUrls: () => [],
  onFixtures: (settings) => ({ ...settings, folder: '' }),
  create: (settings) => new IndeedSource(settings),
};
