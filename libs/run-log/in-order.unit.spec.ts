import { expect, it } from '@jest/globals';
import { InOrder } from './in-order.js';

it('hands on at once what is there while nothing waits', () => {
  const seen: number[] = [];
  new InOrder().run(
    () => 1,
    (value) => seen.push(value),
    () => undefined,
  );
  expect(seen).toEqual([1]);
});

it('keeps the order when an earlier value comes later, and an earlier one fails', async () => {
  const order = new InOrder();
  const seen: unknown[] = [];
  const note = (value: unknown): void => void seen.push(value);
  let resolve: (value: string) => void = () => undefined;
  const later = new Promise<string>((settle) => (resolve = settle));
  order.run(() => later, note, note);
  order.run(
    () => Promise.reject(new Error('fails first')),
    note,
    (error) => note((error as Error).message),
  );
  order.run<string>(
    () => {
      throw new Error('fails at once');
    },
    note,
    (error) => note((error as Error).message),
  );
  order.run(() => 'last', note, note);
  expect(seen).toEqual([]);
  resolve('first');
  await order.drained();
  expect(seen).toEqual(['first', 'fails first', 'fails at once', 'last']);
  order.run(() => 'at once again', note, note);
  expect(seen.at(-1)).toBe('at once again');
});
