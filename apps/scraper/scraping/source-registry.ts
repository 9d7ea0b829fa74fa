import { TerminalError } from '#libs/operations';
import { SOURCES } from '../sources/list.js';
import type { AnySource } from '../sources/any-source.js';
import type { Source } from '../sources/source.js';

/** Test mode was asked for where nothing stands in for the boards. */
export class NoFixturesError extends TerminalError {
  constructor() {
    super(
      'scraper/no-fixtures',
      'test mode searches the fixture boards: set FIXTURE_BOARDS_URL to their address',
    );
  }
}

/** Every source with its settings, and the same on the fixture boards. */
export class SourceRegistry {
  private readonly real = new Map<string, Source>();
  private readonly onFixtures = new Map<string, Source>();
  /** Addresses that came from settings. */
  readonly trusted: readonly string[];

  /** Throws SettingError on a bad setting of any source. */
  constructor(
    env: NodeJS.ProcessEnv,
    private readonly fixturesUrl: string | null,
    readonly definitions: readonly AnySource[] = SOURCES,
  ) {
    const trusted: string[] = fixturesUrl === null ? [] : [fixturesUrl];
    for (const definition of definitions) {
      const configured = definition.configure(env);
      this.real.set(definition.name, configured.real.source);
      trusted.push(...configured.real.baseUrls);
      if (fixturesUrl !== null)
        this.onFixtures.set(definition.name, configured.onFixtures(fixturesUrl).source);
    }
    this.trusted = trusted;
  }

  /** Gives every source. Throws where test mode has no fixtures. */
  all(testMode: boolean): Source[] {
    return this.definitions.map(({ name }) => this.get(name, testMode));
  }

  /** Finds a source. Throws where there is none by this name, or test mode has no fixtures. */
  get(name: string, testMode: boolean): Source {
    if (testMode && this.fixturesUrl === null) throw new NoFixturesError();
    const source = (testMode ? this.onFixtures : this.real).get(name);
    if (source) return source;
    const known = [...this.real.keys()].join(', ');
    const message = `is no known source; the sources are ${known}`;
    throw new TerminalError('operation/invalid-input', `${JSON.stringify(name)} ${message}`, [
      { field: 'source', value: name, message },
    ]);
  }
}
