import { describe, expect, it } from '@jest/globals';
import { fallsUnder, isEventType, isTopic, ownType } from './topic.js';

describe('the type of an event', () => {
  it.each(['order.created', 'order', 'a-b_c.D9', 'run-down'])('may be %s', (type) => {
    expect([isEventType(type), isTopic(type), ownType(type)]).toEqual([true, true, undefined]);
  });

  it.each(['', '.', 'a.', '.a', 'a..b', 'a b', 'order.*', 'order.>', 'ä', 'a\nb', 'a'.repeat(201)])(
    'may not be %j',
    (type) => expect(isEventType(type)).toBe(false),
  );

  it.each([
    ['run.completed', 'run'],
    ['run', 'run'],
    ['webhook.shop', 'webhook'],
  ])('%s is not for everybody to say', (type, own) => expect(ownType(type)).toBe(own));
});

describe('a topic', () => {
  it.each(['*', '>', 'order.*', 'order.>', '*.created', 'a.*.b'])('may be %s', (topic) => {
    expect(isTopic(topic)).toBe(true);
  });

  it.each(['>.a', 'a.>.b', 'a.b*', 'a>', '**', ''])('may not be %j', (topic) => {
    expect(isTopic(topic)).toBe(false);
  });

  it.each([
    ['order.created', 'order.created', true],
    ['order.created', 'order.created.late', false],
    ['order.created', 'order', false],
    ['order.*', 'order.created', true],
    ['order.*', 'order', false],
    ['order.*', 'order.a.b', false],
    ['order.>', 'order.a.b', true],
    ['order.>', 'order.a', true],
    ['order.>', 'order', false],
    ['>', 'order', true],
    ['*.created', 'order.created', true],
    ['*.created', 'order.gone', false],
    ['Order.created', 'order.created', false],
  ])('%s and the type %s: %s', (topic, type, expected) => {
    expect(fallsUnder(topic, type)).toBe(expected);
  });
});
