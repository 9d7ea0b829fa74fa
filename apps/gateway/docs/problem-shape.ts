import { anything, integer, list, named, object, oneOf, text } from './shape.js';

/** Every refused request looks like this. */
export const PROBLEM = named(
  'Problem',
  object(
    {
      type: text({ description: '`urn:jobhunter:error:` and the code' }),
      title: text({ description: 'The words of HTTP for the status' }),
      status: integer({ minimum: 400, maximum: 599 }),
      detail: text({ description: 'One sentence for people' }),
      instance: text({ description: 'The path that was asked for' }),
      code: text({ description: 'For programs; never renamed' }),
      disposition: oneOf(['retry', 'terminal', 'halt']),
      'errors?': list(
        object({
          field: text({ description: 'Which field or parameter is to blame' }),
          'value?': anything('What it held'),
          message: text({ description: 'What was expected' }),
        }),
      ),
      'itemErrors?': list(object({ item: text(), message: text(), 'code?': text() }), {
        description: 'What went wrong with single items of bulk work',
      }),
      'traceId?': text(),
      'taskRunId?': text({ description: 'The record of the refused execution' }),
      'retryAfterMs?': { type: 'number', minimum: 0 },
    },
    { description: 'RFC 9457. Programs go by `code`.' },
  ),
);
