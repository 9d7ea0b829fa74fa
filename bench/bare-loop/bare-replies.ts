import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { bareSubjects } from './bare-streams.js';

/** Subjects of two bare echoes; the second one stores what it answers first. */
export const BARE_ECHO = { plain: 'bare-echo.plain', durable: 'bare-echo.durable' } as const;

/** Answers requests without anything around them. */
export function answerBareEchoes(connection: NatsConnection): void {
  const client = jetstream(connection);
  connection.subscribe(BARE_ECHO.plain, {
    callback: (_error, message) => void message.respond(JSON.stringify(message.json())),
  });
  connection.subscribe(BARE_ECHO.durable, {
    callback: (_error, message) => {
      const answer = JSON.stringify(message.json());
      void client.publish(bareSubjects.call, answer).then(() => message.respond(answer));
    },
  });
}
