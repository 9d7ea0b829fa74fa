import type { Source, SourceDefinition } from './source.js';

export interface ConfiguredSource {
  readonly source: Source;
  /** Addresses from settings, which may lie in a private network. */
  readonly baseUrls: readonly string[];
}

/** A definition whose own settings type is hidden, so that definitions of all kinds stand in one list. */
export interface AnySource {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Reads the settings. Throws SettingError on a bad one. */
  configure(env: NodeJS.ProcessEnv): {
    readonly real: ConfiguredSource;
    onFixtures(url: string): ConfiguredSource;
  };
}

export function anySource<S extends object>(definition: SourceDefinition<S>): AnySource {
  const configured = (settings: S): ConfiguredSource => ({
    source: definition.create(settings),
    baseUrls: definition.baseUrls(settings),
  });
  return {
    name: definition.name,
    title: definition.title,
    description: definition.description,
    configure: (env) => {
      const settings = definition.readSettings(env);
      return {
        real: configured(settings),
        onFixtures: (url) => configured(definition.onFixtures(settings, url)),
      };
    },
  };
}
