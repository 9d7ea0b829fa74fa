import { describe, expect, it } from '@jest/globals';
import { checkDto, inputSchemaOf } from '#libs/operations';
import { pipeInputOf } from './pipe-input.js';
import { Gather, Join } from './sample-operations.fixtures.js';

const dto = pipeInputOf([Gather, Join]);
const gather = { id: 'first', use: 'gather', with: { words: ['x'] } };

async function wrongIn(input: unknown): Promise<Record<string, string>> {
  const checked = await checkDto(dto, input);
  return checked.ok ? {} : Object.fromEntries(checked.fields.map(({ field, message }) => [field, message]));
}
const stepsWrong = async (...steps: object[]): Promise<Record<string, string>> => wrongIn({ steps });

describe('a pipe', () => {
  it('is a list of steps, each tried twice more after 30 s', async () => {
    const checked = await checkDto(dto, {
      steps: [gather, { use: 'join', with: { ids: '${{ steps.first.ids }}' } }],
    });
    expect(checked).toMatchObject({
      ok: true,
      value: {
        ...{ retries: 2, retryDelaySeconds: 30 },
        steps: [
          { ...gather, onFailure: 'stop' },
          { use: 'join', onFailure: 'stop' },
        ],
      },
    });
  });

  it('is an operation alone too', async () => {
    expect(await checkDto(dto, { steps: gather })).toMatchObject({ ok: true, value: { steps: [gather] } });
  });

  it.each([
    [{}, 'steps', 'expected'],
    [{ steps: [] }, 'steps', 'must hold at least one step'],
    [{ steps: 'gather' }, 'steps', 'must be a step, or a list of steps'],
    [{ steps: [gather], retries: -1 }, 'retries', 'must not be less than 0'],
    [{ steps: [gather], retry: 1 }, 'retry', 'unknown field'],
    [{ steps: Array(101).fill(gather) }, 'steps', 'no more than 100'],
  ])('that is none is refused: %j', async (input, field, message) => {
    expect((await wrongIn(input))[field]).toContain(message);
  });

  it('describes itself in JSON Schema', () => {
    expect(inputSchemaOf(dto).properties?.['steps']).toMatchObject({ type: 'array' });
  });
});

describe('a step', () => {
  it.each([
    [{ use: 'gathr' }, 'steps[0].use', 'there is no operation "gathr"; did you mean gather?'],
    [{ use: 'zzz' }, 'steps[0].use', 'there is no operation "zzz"; gather, join'],
    [{ id: 'First Step', use: 'gather', with: { words: ['x'] } }, 'steps[0].id', 'must be snake_case'],
    [{ ...gather, onFailure: 'ignore' }, 'steps[0].onFailure', 'must be one of stop, continue'],
    [{ ...gather, retries: 1.5 }, 'steps[0].retries', 'must be an integer number'],
    [{ ...gather, timeoutSeconds: 0 }, 'steps[0].timeoutSeconds', 'must not be less than 0.001'],
    [{ ...gather, whn: 'always' }, 'steps[0].whn', 'unknown field'],
    [{ use: 'gather', with: 'x' }, 'steps[0].with', 'must be an object'],
    [{ ...gather, when: 'always' }, 'steps[0].when', 'when must be one expression'],
    [{ ...gather, when: 'a ${{ steps.a.b }}' }, 'steps[0].when', 'when must be one expression'],
  ])('is refused by field: %j', async (step, field, message) => {
    expect((await stepsWrong(step))[field]).toContain(message);
  });

  it('has its input checked by the operation, where no expression stands', async () => {
    expect(await stepsWrong({ use: 'gather' })).toEqual({
      'steps[0].with': expect.stringContaining('words: is missing'),
    });
    expect(
      await stepsWrong({ use: 'gather', with: { words: ['x', 7], range: { most: 101 }, wrods: 1 } }),
    ).toEqual({
      'steps[0].with': expect.stringMatching(
        /wrods: unknown field.*words\[1\]: .*string.*range\.most: .*100|words\[1\]: .*string.*range\.most: .*100.*wrods: unknown field/,
      ),
    });
  });

  it('leaves fields with expressions to the operation, and checks those beside them', async () => {
    const words = '${{ steps.first.ids }}';
    expect(await stepsWrong(gather, { use: 'gather', with: { words } })).toEqual({});
    expect(
      await stepsWrong(gather, { use: 'gather', with: { words: ['${{ steps.first.message }}'] } }),
    ).toEqual({});
    expect(await stepsWrong(gather, { use: 'gather', with: { words, range: { most: 0 } } })).toEqual({
      'steps[1].with': expect.stringContaining('range.most: '),
    });
    expect(await stepsWrong(gather, { use: 'gather', with: { words: ['x'], wrods: words } })).toEqual({
      'steps[1].with': expect.stringContaining('wrods: unknown field'),
    });
  });
});

describe('steps', () => {
  const join = (ids: string) => ({ use: 'join', with: { ids } });

  it.each([
    [[gather, join('${{ steps.frist.ids }}')], 'names no step: did you mean first? earlier steps are first'],
    [[join('${{ steps.first.ids }}'), gather], 'names a step that comes later'],
    [[{ ...join('${{ steps.join.text }}') }], 'names the very step that it stands in'],
    [[join('${{ steps.other.text }}')], 'names no step: no step comes before it'],
    [
      [gather, join('${{ steps.first.idz }}')],
      'names what gather does not give: did you mean ids? it gives success, ids, message',
    ],
    [[gather, join('${{ steps.first.ids')], 'with.ids: ${{ steps.first.ids has no }} at its end'],
    [[gather, gather], 'two steps have the id first'],
    [[{ ...gather, when: '${{ steps.zero.ids }}' }], 'when: ${{ steps.zero.ids }} names no step'],
  ])('that do not hang together are refused, by step and expression: %#', async (steps, message) => {
    const { steps: said } = await stepsWrong(...steps);
    expect(said).toContain(message);
    expect(said).toMatch(/^(step \w+, (with\.ids|when): \$\{\{|two steps)/);
  });

  it('are told all their mistakes at once', async () => {
    expect(
      await stepsWrong({ use: 'gathr' }, join('${{ steps.nope.ids }}'), join('${{ steps.gathr.x }}')),
    ).toEqual({
      steps: expect.stringMatching(/names no step.*two steps have the id join/),
      'steps[0].use': expect.any(String),
    });
  });
});
