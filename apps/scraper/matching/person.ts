import type { PreferencesDto, ProfileDto, ProfileLineDto } from '#libs/contracts';
import { primaryLanguage } from '../processing/detect-language.js';
import { findSkills } from '../processing/find-skills.js';
import { normalisePlaces } from '../processing/normalise-places.js';
import { employerKey } from '../processing/opening-keys.js';
import { SPOKEN_NAMES } from '../processing/skill-names.js';
import { placeKey } from '../processing/place-names.js';
import { profileLines } from './profile-lines.js';
import { stemsOf } from './stems.js';

interface TellingLine {
  readonly line: ProfileLineDto;
  readonly stems: ReadonlySet<string>;
}

export interface WantedPlace {
  readonly said: string;
  /** As a city, region or country is compared. */
  readonly keys: ReadonlySet<string>;
}

/** A profile made ready, once, for scoring thousands of jobs. */
export interface Person {
  readonly profileVersion: number;
  readonly preferences: PreferencesDto;
  /** The most telling line for each skill. */
  readonly skills: ReadonlyMap<string, ProfileLineDto>;
  readonly lines: readonly TellingLine[];
  /** Titles wanted; where none is, what the person is and was. */
  readonly titles: readonly { readonly said: string; readonly stems: ReadonlySet<string> }[];
  readonly unwanted: readonly { readonly said: string; readonly words: string }[];
  readonly blocked: ReadonlyMap<string, string>;
  readonly languages: ReadonlySet<string>;
  readonly places: readonly WantedPlace[];
}

/** Makes a profile ready for scoring. */
export function personOf({ version, resume, preferences }: ProfileDto): Person {
  const lines = profileLines(resume);
  const skills = new Map<string, ProfileLineDto>();
  for (const line of lines)
    for (const skill of findSkills(line.text)) if (!skills.has(skill)) skills.set(skill, line);
  const languages = new Set(preferences.languages.flatMap((tag) => languageOf(tag) ?? []));
  return {
    profileVersion: version,
    preferences,
    skills,
    lines: lines.map((line) => ({ line, stems: stemsOf(line.text) })),
    titles: titlesOf(preferences, lines).map((said) => ({ said, stems: stemsOf(said) })),
    unwanted: preferences.titlesUnwanted.map((said) => ({ said, words: ` ${placeKey(said)} ` })),
    blocked: new Map(preferences.blockedEmployers.map((said) => [employerKey(said), said])),
    languages,
    places: preferences.places.map((said) => ({ said, keys: placeKeysOf(said) })),
  };
}

function titlesOf({ titlesWanted }: PreferencesDto, lines: readonly ProfileLineDto[]): string[] {
  if (titlesWanted.length > 0) return titlesWanted;
  return lines
    .filter(({ path }) => path === 'basics.label' || /^work\[\d+\]\.position$/.test(path))
    .map(({ text }) => text);
}

/** Takes a tag or a language's name: `de`, `de-DE` and `German` alike. */
function languageOf(said: string): string | null {
  const [skill] = findSkills(said);
  for (const [code, name] of SPOKEN_NAMES) if (name === skill) return code;
  return primaryLanguage(said);
}

function placeKeysOf(said: string): ReadonlySet<string> {
  const [place] = normalisePlaces([said]);
  if (!place) return new Set([placeKey(said)]);
  if (place.city !== null) return new Set([placeKey(place.city)]);
  return new Set([
    place.region === null ? `country ${place.country ?? ''}` : `region ${placeKey(place.region)}`,
  ]);
}
