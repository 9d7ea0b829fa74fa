import { anything, flag, integer, linksTo, list, named, object, oneOf, orNull, text } from '../docs/shape.js';

const SCHEMA = { type: 'object', description: 'A JSON Schema' };

export const OPERATION = named(
  'Operation',
  object({
    name: text(),
    service: text(),
    category: text(),
    stage: text(),
    description: text(),
    version: integer(),
    tags: list(text()),
    permissions: list(text()),
    modelsIn: list(text()),
    modelsOut: list(text()),
    resultRefs: { type: 'object', description: 'Which output field names documents of which collection' },
    execution: oneOf(['at-least-once', 'at-most-once']),
    'concurrency?': integer(),
    createTaskrun: flag({ description: 'Whether a record of each execution is kept' }),
    'timeoutMs?': integer(),
    limits: list(object({ name: text(), 'concurrency?': integer(), 'rate?': { type: 'object' } })),
    inputSchema: SCHEMA,
    outputSchema: SCHEMA,
    links: linksTo('self', 'run'),
  }),
);

const REFS = list(object({ collection: text(), documentId: text() }), {
  description: 'What it has made or touched',
});
const LOG_ENTRY = {
  type: 'object',
  description: 'A line with `at`, `level`, `message` and what was added to it',
};

/** What an operation answers with; `result` is described by each operation for itself. */
export const operationAnswer = (name: string | undefined, result = anything('The output of the operation')) =>
  object({
    operation: name === undefined ? text() : oneOf([name]),
    taskRunId: text(),
    status: oneOf(['success', 'failed']),
    result,
    resultRefs: REFS,
    itemErrors: list(object({ item: text(), message: text(), 'code?': text(), 'field?': text() })),
    'logEntries?': list(LOG_ENTRY),
    error: orNull(
      object({ code: text(), message: text(), disposition: oneOf(['retry', 'terminal', 'halt']) }),
    ),
    links: linksTo('self', 'taskRun?'),
  });

export const OPERATION_ANSWER = named('OperationAnswer', operationAnswer(undefined));
