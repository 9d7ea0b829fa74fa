import { describe, expect, it } from '@jest/globals';
import { FlowRegistry, flow } from '#libs/flows';
import { TerminalError } from '#libs/operations';
import { IsInt, IsOptional, IsString } from 'class-validator';
import { checkSpec } from '../check-spec.js';
import type { DeploymentSpec } from '../deployment.js';
import { quick, patient, owner } from '../testing.fixtures.js';

class OrderInput {
  @IsString()
  orderId: string;

  @IsOptional()
  @IsInt()
  count?: number;
}
const bill = flow({ name: 'bill', description: 'Bills.', input: OrderInput }, async () => undefined);
const registry = new FlowRegistry([quick, patient, bill]);

const check = (triggers: unknown, over: object = {}): Promise<DeploymentSpec> =>
  checkSpec(registry, { flow: 'patient', name: 'one', triggers, ...over }, owner);
const faults = async (triggers: unknown, over: object = {}): Promise<[string, string][]> => {
  const error: unknown = await check(triggers, over).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TerminalError)) throw new Error('it was taken', { cause: error });
  return (error.fields ?? []).map(({ field, message }) => [field, message]);
};

describe('triggers', () => {
  it('are kept as they were said, the flows by their own names', async () => {
    const said = [
      {
        event: 'order.*',
        where: { 'data.total': { $gte: 100 } },
        parameters: { text: '${{ event.data.id }}' },
      },
      { run: 'swift', on: ['failed'] },
      { run: 'quick/daily' },
      { webhook: 'SHOP' },
      { webhook: 'code', scheme: 'github' },
    ];
    const { triggers } = await check(said);
    expect(triggers).toEqual([said[0], { run: 'quick', on: ['failed'] }, ...said.slice(2)]);
    expect((await check(undefined)).triggers).toEqual([]);
  });

  it.each<[unknown, string, string]>([
    [[{}], 'triggers[0]', 'expected one of event, run, webhook'],
    [[{ event: 'a', run: 'quick' }], 'triggers[0]', 'not event and run together'],
    [[{ event: 'a' }, { event: 'a b' }], 'triggers[1].event', 'words of letters'],
    [[{ event: '' }], 'triggers[0].event', 'words of letters'],
    [[{ event: 7 }], 'triggers[0].event', 'string'],
    [[{ event: 'run.completed' }], 'triggers[0].event', 'a trigger with run in place of event'],
    [[{ event: 'webhook.>' }], 'triggers[0].event', 'a trigger with webhook in place of event'],
    [[{ event: 'a', on: ['failed'] }], 'triggers[0].on', 'goes with run only'],
    [[{ event: 'a', scheme: 'github' }], 'triggers[0].scheme', 'goes with webhook only'],
    [[{ event: 'a', when: {} }], 'triggers[0].when', 'unknown field; expected one of event, run'],
    [[{ run: 'quik' }], 'triggers[0].run', 'did you mean quick?'],
    [[{ run: 'quick/' }], 'triggers[0].run', 'as flow/name'],
    [[{ run: 'quick/a/b' }], 'triggers[0].run', 'as flow/name'],
    [[{ run: 'patient' }], 'triggers[0].run', 'patient/one would start itself again'],
    [[{ run: 'patient/one' }], 'triggers[0].run', 'patient/one would start itself again'],
    [[{ run: 'quick', on: [] }], 'triggers[0].on', 'empty'],
    [[{ run: 'quick', on: ['done'] }], 'triggers[0].on[0]', 'completed, failed, cancelled'],
    [[{ webhook: '../x' }], 'triggers[0].webhook', 'letters, digits and _'],
    [[{ webhook: 'A', scheme: 'md5' }], 'triggers[0].scheme', 'standard, github'],
    [
      [{ event: 'a', where: { 'data.x': { $gtt: 1 } } }],
      'triggers[0].where.data.x.$gtt',
      'did you mean $gt?',
    ],
    [[{ event: 'a', where: [] }], 'triggers[0].where', 'object'],
    [
      [{ event: 'a', parameters: { text: '${{ event.dta.id }}' } }],
      'triggers[0].parameters.text',
      'did you mean event.data?',
    ],
    [
      [{ event: 'a', parameters: { text: '${{ event.total }}' } }],
      'triggers[0].parameters.text',
      'did you mean event.data.total?',
    ],
    [
      [{ event: 'a', parameters: { text: '${{ steps.a }}' } }],
      'triggers[0].parameters.text',
      'expected ${{ event }}',
    ],
    [
      [{ event: 'a', parameters: { text: '${{ event.id' } }],
      'triggers[0].parameters.text',
      'no }} at its end',
    ],
    [[{ event: 'a', parameters: { txt: '${{ event.id }}' } }], 'triggers[0].parameters.txt', 'unknown field'],
    [[{ event: 'a', parameters: { text: 7 } }], 'triggers[0].parameters.text', 'string'],
    [{ event: 'a' }, 'triggers', 'array'],
    [Array.from({ length: 11 }, () => ({ event: 'a' })), 'triggers', '10'],
  ])('%j are refused, and the field is named', async (triggers, field, message) => {
    expect(await faults(triggers)).toContainEqual([field, expect.stringContaining(message)]);
  });

  it('are refused all at once, beside what else is wrong', async () => {
    const fields = await faults([{ event: 'a b' }, { run: 'patient' }], {
      schedule: { cron: 'x' },
      parameters: { text: 7 },
    });
    expect(fields.map(([field]) => field)).toEqual(
      expect.arrayContaining(['triggers[0].event', 'triggers[1].run', 'schedule.cron', 'parameters.text']),
    );
  });

  it('may start another deployment of the same flow', async () => {
    expect((await check([{ run: 'patient/two' }])).triggers).toEqual([{ run: 'patient/two' }]);
  });
});

describe('what a flow needs', () => {
  const bills = (triggers: unknown, over: object = {}) => ({ flow: 'bill', triggers, ...over });

  it('may be brought by the triggers', async () => {
    const triggers = [
      { event: 'a', parameters: { orderId: '${{ event.data.id }}', count: '${{ event.data.n }}' } },
    ];
    expect((await check(triggers, bills(triggers))).triggers).toEqual(triggers);
  });

  it('is to be brought by each of them', async () => {
    const triggers = [{ event: 'a', parameters: { orderId: 'x' } }, { event: 'b' }];
    expect(await faults(triggers, bills(triggers))).toEqual([
      ['triggers[1].parameters.orderId', expect.stringContaining('is missing')],
    ]);
  });

  it('is to stand there by itself where there is a schedule', async () => {
    const triggers = [{ event: 'a', parameters: { orderId: 'x' } }];
    const over = bills(triggers, { schedule: { cron: '@daily' } });
    expect(await faults(triggers, over)).toEqual([
      ['parameters.orderId', expect.stringContaining('is missing')],
    ]);
  });

  it('is named where it stands', async () => {
    const triggers = [{ event: 'a', parameters: { orderId: 'x' } }];
    expect(await faults(triggers, bills(triggers, { parameters: { count: 'many' } }))).toEqual([
      ['parameters.count', expect.stringContaining('integer')],
    ]);
  });
});
