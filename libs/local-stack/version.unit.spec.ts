import { describe, expect, it } from '@jest/globals';
import { isAtLeast, parseVersion } from './version.js';

describe('parseVersion', () => {
  it.each([
    ['nats-server: v2.15.2\n', '2.15.2'],
    ['nats-server: v2.12.0-RC.1', '2.12.0'],
    ['db version v6.0.5\nBuild Info: {\n  "version": "6.0.5"', '6.0.5'],
  ])('reads %j as %s', (text, version) => {
    expect(parseVersion(text)).toBe(version);
  });

  it('finds nothing where none is told', () => {
    expect(parseVersion('error while loading shared libraries: libcurl.so.4')).toBeUndefined();
  });
});

describe('isAtLeast', () => {
  it.each([
    ['2.14.0', '2.14.0', true],
    ['2.9.25', '2.14.0', false],
    ['2.15.1', '2.14.5', true],
    ['10.0.0', '9.9.9', true],
    ['5.0.31', '6.0.0', false],
  ])('%s against a minimum of %s: %s', (version, minimum, enough) => {
    expect(isAtLeast(version, minimum)).toBe(enough);
  });
});
