import { afterAll, expect } from '@jest/globals';

interface Tracked {
  readonly name: string;
  readonly isClosed: () => boolean;
}

/** Remembers what a spec file opens. */
export interface LeakGuard {
  /** Remembers a resource and gives it back; `isClosed` is asked once the file's last hook has run. */
  track<T extends object>(name: string, resource: T, isClosed: (resource: T) => boolean): T;
  /** Lists by name what is still open. */
  open(): string[];
}

/**
 * Makes the spec file fail when something tracked is still open at its end. Called at the top of the
 * file: hooks declared after it run before its check.
 */
export function expectNoLeaks(): LeakGuard {
  const guard = leakGuard();
  afterAll(() => {
    expect(guard.open()).toEqual([]);
  });
  return guard;
}

/** Makes a guard that only keeps the list. */
export function leakGuard(): LeakGuard {
  const tracked: Tracked[] = [];
  return {
    track(name, resource, isClosed) {
      tracked.push({ name, isClosed: () => isClosed(resource) });
      return resource;
    },
    open: () => tracked.filter(({ isClosed }) => !isClosed()).map(({ name }) => name),
  };
}
