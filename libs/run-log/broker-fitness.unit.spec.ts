import { expect, it } from '@jest/globals';
import { checkBroker, checkSettings } from './broker-fitness.js';
import { BODY_LIMITS } from './claim-check.js';
import { streamSettings } from './streams.js';

const broker = { version: '2.14.0', jetstream: true, max_payload: 1_048_576 };

it.each(['2.14.0', '2.14.5-RC.1', '2.15.1', '3.0.0'])('accepts nats-server %s', (version) => {
  expect(() => checkBroker({ ...broker, version }, BODY_LIMITS)).not.toThrow();
});

it.each(['2.13.9', '2.10.24', '1.99.0', 'unknown'])('refuses nats-server %s in one sentence', (version) => {
  expect(() => checkBroker({ ...broker, version }, BODY_LIMITS)).toThrow(
    `the broker is nats-server ${version}; the run log needs 2.14 or newer`,
  );
});

it('refuses a broker without JetStream, and one whose messages are too small', () => {
  expect(() => checkBroker({ ...broker, jetstream: false }, BODY_LIMITS)).toThrow(/JetStream switched off/);
  expect(() => checkBroker({ ...broker, max_payload: 65_536 }, BODY_LIMITS)).toThrow(/max_payload 278528/);
});

it('refuses settings that an older broker silently left out, and names them', () => {
  const { RUN } = streamSettings({});
  const { allow_msg_schedules: _, allow_atomic: __, ...found } = RUN;
  expect(() => checkSettings(RUN, RUN)).not.toThrow();
  expect(() => checkSettings(RUN, found)).toThrow(
    'the broker did not keep the settings of stream RUN: ' +
      'allow_msg_schedules is null where true was asked for; allow_atomic is null where true was asked for',
  );
});

it('takes a setting that is off for one that is left out', () => {
  const { RUN } = streamSettings({});
  const { max_age: _, ...found } = RUN;
  expect(() => checkSettings(RUN, found)).not.toThrow();
});

it('leaves a stream alone that has more replicas than asked for, and not one that has fewer', () => {
  const { RUN } = streamSettings({});
  expect(() => checkSettings({ ...RUN, num_replicas: 1 }, { ...RUN, num_replicas: 3 })).not.toThrow();
  expect(() => checkSettings({ ...RUN, num_replicas: 3 }, { ...RUN, num_replicas: 1 })).toThrow(
    'num_replicas',
  );
});
