import { Injectable } from '@nestjs/common';
import { PreferencesDto, StandingRuleDto } from '#libs/contracts';
import type {
  GetProfileInput,
  ImportProfileInput,
  ListProfileVersionsInput,
  ListProfileVersionsOutput,
  ProfileChangedOutput,
  ProfileDto,
  UpdateProfileInput,
} from '#libs/contracts';
import { checkDto } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import type { FieldError } from '#libs/run-log';
import { changedParts, type ProfileParts } from './changed-parts.js';
import { mergePatch } from './merge-patch.js';
import {
  InvalidProfileError,
  NoProfileError,
  ProfileBusyError,
  UnknownVersionError,
  VersionConflictError,
} from './profile-errors.js';
import type { Profile } from './profile.schema.js';
import { ProfilesStore } from './profiles.store.js';
import { resumeErrors } from './resume-check.js';
import { SharedReads } from './shared-reads.js';

/** Which chain of versions an operation reads and writes. */
type Asker = Pick<OperationRun, 'actor' | 'flags'>;

/** Checks and keeps profiles. What is made in test mode is a chain of its own, which falls back to the real one. */
@Injectable()
export class ProfilesService {
  private readonly newestOf = new SharedReads<Profile | null>();

  constructor(private readonly store: ProfilesStore) {}

  /** Throws NoProfileError and UnknownVersionError. */
  async get({ version }: GetProfileInput, run: Asker): Promise<ProfileDto> {
    // The documents of a whole hunt are written at once, and each asks for the same profile.
    const asked = JSON.stringify([run.actor.userId, run.flags.testMode]);
    const newest = await this.newestOf.ask(asked, () => this.newest(run));
    if (newest === null) throw new NoProfileError(run.actor.userId);
    if (version === undefined) return profileView(newest);
    const { userId } = run.actor;
    const tested = newest.testMode ? await this.store.get(userId, true, version) : null;
    const older = tested ?? (await this.store.get(userId, false, version));
    if (older === null) throw new UnknownVersionError(version, newest.version);
    return profileView(older);
  }

  /** Throws InvalidProfileError and VersionConflictError. */
  async import(input: ImportProfileInput, run: OperationRun): Promise<ProfileChangedOutput> {
    const { resume, preferences, standingRule, expectedVersion } = input;
    return this.change(run, expectedVersion, (before) => ({
      resume,
      preferences: plain(preferences) ?? before?.preferences ?? { ...new PreferencesDto() },
      standingRule: plain(standingRule) ?? before?.standingRule ?? null,
    }));
  }

  /** Throws NoProfileError, InvalidProfileError and VersionConflictError. */
  async update(input: UpdateProfileInput, run: OperationRun): Promise<ProfileChangedOutput> {
    const { resume = {}, preferences = {}, standingRule = {}, expectedVersion } = input;
    return this.change(run, expectedVersion, (before) => {
      if (before === null) throw new NoProfileError(run.actor.userId);
      return {
        resume: mergePatch(before.resume, resume) as Record<string, unknown>,
        preferences: { ...before.preferences, ...preferences },
        standingRule: ruleAfter(before.standingRule, standingRule),
      };
    });
  }

  async versions(input: ListProfileVersionsInput, run: Asker): Promise<ListProfileVersionsOutput> {
    return this.store.versions(input, run.actor.userId, run.flags.testMode);
  }

  private async newest({ actor, flags }: Asker): Promise<Profile | null> {
    const tested = flags.testMode ? await this.store.get(actor.userId, true) : null;
    return tested ?? this.store.get(actor.userId, false);
  }

  private async change(
    run: OperationRun,
    expected: number | undefined,
    make: (before: ProfileParts | null) => ProfileParts,
  ): Promise<ProfileChangedOutput> {
    const { actor, flags, idempotencyKey: changeKey } = run;
    const made = await this.store.madeBy(changeKey, actor.userId);
    if (made !== null) return answer(made, made._id, 'kept before');
    const newest = await this.newest(run);
    const before = newest === null ? null : partsOf(newest);
    const after = make(before);
    const newestVersion = newest?.version ?? 0;
    if (expected !== undefined && expected !== newestVersion)
      throw new VersionConflictError(expected, newestVersion);
    const checked = await checkParts(after);
    const changed = changedParts(before, checked);
    if (newest !== null && changed.length === 0)
      return answer({ ...newest, changed }, newest._id, 'unchanged');
    // A test's first version follows the real one's number, so that numbers mean one thing for one reader.
    const version = newestVersion + 1;
    if (flags.dryRun) return answer({ version, changed }, null, 'not kept: dry run');
    const { userId } = actor;
    const added = await this.store.add({
      ...checked,
      userId,
      version,
      changed,
      changeKey,
      testMode: flags.testMode,
    });
    // Somebody else's change has taken the number: what was expected is no longer the newest.
    if (added === null)
      throw expected === undefined
        ? new ProfileBusyError(userId)
        : new VersionConflictError(expected, version);
    return answer(added, added._id, 'kept');
  }
}

export function profileView(profile: Profile): ProfileDto {
  const { userId, version, updatedAt } = profile;
  const { resume, preferences, standingRule } = partsOf(profile);
  return {
    userId,
    version,
    resume,
    preferences: preferences as unknown as PreferencesDto,
    standingRule: standingRule as unknown as StandingRuleDto | null,
    updatedAt: updatedAt.toISOString(),
  };
}

function partsOf({ resume, preferences, standingRule }: Profile): ProfileParts {
  return { resume: JSON.parse(resume) as Record<string, unknown>, preferences, standingRule };
}

async function checkParts({ resume, preferences, standingRule }: ProfileParts): Promise<ProfileParts> {
  const wishes = await checkDto(PreferencesDto, preferences);
  const rule = standingRule === null ? null : await checkDto(StandingRuleDto, standingRule);
  const errors = [
    ...resumeErrors(resume),
    ...(wishes.ok ? [] : within('preferences', wishes.fields)),
    ...(rule === null || rule.ok ? [] : within('standingRule', rule.fields)),
  ];
  if (errors.length > 0 || !wishes.ok) throw new InvalidProfileError(errors);
  return {
    resume,
    preferences: plain(wishes.value) ?? {},
    standingRule: rule !== null && rule.ok ? (plain(rule.value) ?? null) : null,
  };
}

function within(part: string, fields: readonly FieldError[]): FieldError[] {
  return fields.map((error) => ({ ...error, field: error.field === '' ? part : `${part}.${error.field}` }));
}

function ruleAfter(
  before: Readonly<Record<string, unknown>> | null,
  patch: Readonly<Record<string, unknown>> | null,
): Readonly<Record<string, unknown>> | null {
  if (patch === null) return null;
  return Object.keys(patch).length === 0 ? before : { ...before, ...patch };
}

/** Takes the class off, so that versions compare and are kept as plain data. */
function plain(value: object | undefined): Record<string, unknown> | undefined {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as Record<string, unknown>);
}

function answer(
  { version, changed }: Pick<Profile, 'version' | 'changed'>,
  profileId: string | null,
  how: string,
): ProfileChangedOutput {
  const message = `profile version ${version}: ${how}${changed.length > 0 ? ` (${changed.join(', ')})` : ''}`;
  return { success: true, profileId, version, changed, message, taskRunId: null };
}
