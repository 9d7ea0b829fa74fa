import { describe, expect, it } from '@jest/globals';
import { readTemplate } from './expression.js';
import { fillIn } from './fill-in.js';
import { STEPS } from './steps-root.js';

const outputs = new Map<string, unknown>([
  ['search', { ids: ['a', 'b'], count: 2, best: { title: 'First', tags: [] }, none: null, done: true }],
  ['constructor', { own: 'mine' }],
]);
const filled = (value: unknown): unknown => fillIn(value, outputs, 'here');

describe('an expression', () => {
  it.each([
    ['${{ steps.search.ids }}', ['a', 'b']],
    ['${{steps.search.ids[1]}}', 'b'],
    ['${{ steps.search.ids.length }}', 2],
    ['${{ steps.search.best }}', { title: 'First', tags: [] }],
    ['${{ steps.search.best.title }}', 'First'],
    ['${{ steps.search.count }}', 2],
    ['${{ steps.search.done }}', true],
    ['${{ steps.search.none }}', null],
    ['${{ steps.constructor.own }}', 'mine'],
  ])('that is a whole value keeps its type: %s', (text, value) => {
    expect(filled(text)).toEqual(value);
  });

  it.each([
    ['found ${{ steps.search.count }} for ${{ steps.search.best.title }}', 'found 2 for First'],
    ['${{ steps.search.none }}.', '.'],
    [' ${{ steps.search.done }}', ' true'],
    ['a $${{ stays }} and ${{ steps.search.count }}', 'a ${{ stays }} and 2'],
    ['$5, ${HOME}, {{ no }}', '$5, ${HOME}, {{ no }}'],
    ['', ''],
  ])('stands inside a text: %s', (text, value) => {
    expect(filled(text)).toBe(value);
  });

  it('stands anywhere in a value, but not in the name of a field', () => {
    expect(filled({ a: [{ b: '${{ steps.search.count }}' }, 7], '${{ steps.search.count }}': null })).toEqual(
      {
        a: [{ b: 2 }, 7],
        '${{ steps.search.count }}': null,
      },
    );
  });

  it.each([
    ['${{ steps.serch.ids }}', 'names no step that has given something; there are search, constructor'],
    ['${{ steps.search.idz }}', 'steps.search has ids, count, best, none, done'],
    ['${{ steps.search.best.name.first }}', 'steps.search.best has title, tags'],
    ['${{ steps.search.ids[2] }}', 'steps.search.ids is a list of 2'],
    ['${{ steps.search.best.tags[0] }}', 'steps.search.best.tags is a list of 0'],
    ['${{ steps.search.none.more }}', 'steps.search.none is null'],
    ['${{ steps.search.count.more }}', 'steps.search.count is a number'],
    ['${{ steps.search.toString }}', 'steps.search has ids'],
    ['of ${{ steps.search.ids }}', 'is a list: inside a text only texts and numbers can stand'],
    ['of ${{ steps.search.best }}', 'is an object: inside a text'],
    ['${{ ids }}', 'cannot be read: expected ${{ steps.<id> }}'],
    ['${{ steps.search.ids + 1 }}', 'cannot be read'],
    ['${{ steps.__proto__ }}', 'cannot be read'],
    ['so ${{ steps.search', 'has no }} at its end'],
  ])('that names what there is not says so, and in which step: %s', (text, why) => {
    expect(() => filled({ deep: [text] })).toThrow(why);
    expect(() => filled(text)).toThrow(/^step here: \$\{\{/);
  });

  it('is read in time even where a text is full of its signs', () => {
    expect(readTemplate('$${{'.repeat(50_000), STEPS)).toEqual(['${{'.repeat(50_000)]);
    expect(() => readTemplate('${{'.repeat(50_000), STEPS)).toThrow('has no }} at its end');
  });
});
