import { describe, expect, it } from '@jest/globals';
import { styler, wantsColour } from './terminal.js';

describe('colours', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ TERM: 'dumb' }, true, false],
  ])('with %j on a terminal (%p) are wanted: %p', (env, isTerminal, wanted) => {
    expect(wantsColour(env, isTerminal)).toBe(wanted);
  });

  it('leave the text alone where they are not wanted', () => {
    expect(styler(false)('red', 'text')).toBe('text');
    expect(styler(true)('red', 'text')).toBe('\u001b[31mtext\u001b[39m');
  });
});
