import { applyDecorators } from '@nestjs/common';
import { ApiProduces, ApiResponse } from '@nestjs/swagger';
import type { ApiResponseOptions } from '@nestjs/swagger';
import type { JsonSchema } from '#libs/operations';
import { pageShape, text } from './shape.js';

type Answered = Extract<ApiResponseOptions, { schema?: unknown }>;

export interface AnswerOptions {
  /** 200 unless said otherwise. */
  readonly status?: number;
  readonly description?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Describes what a route answers when it does what it was asked for. May stand there once for each status. */
export function ApiAnswer(shape: JsonSchema, options: AnswerOptions = {}): MethodDecorator {
  const { status = 200, description = 'Done', headers = {} } = options;
  return ApiResponse({
    status,
    description,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, said]) => [
        name,
        { description: said, schema: { type: 'string' } },
      ]),
    ),
    schema: shape as Answered['schema'],
  });
}

/** Describes a list that comes page by page; `name` is that of the page. */
export const ApiPage = (name: string, item: JsonSchema): MethodDecorator =>
  ApiAnswer(pageShape(name, item), { description: 'One page of the list' });

/** Describes a stream of Server-Sent Events. */
export const ApiEvents = (description: string): MethodDecorator =>
  ApiResponse({ status: 200, description, content: { 'text/event-stream': { schema: text() } } } as never);

/** Describes a file. */
export function ApiFile(description: string, ...mediaTypes: readonly string[]): MethodDecorator {
  const content = Object.fromEntries(
    mediaTypes.map((type) => [type, { schema: text({ format: 'binary' }) }]),
  );
  return applyDecorators(
    ApiProduces(...mediaTypes),
    ApiResponse({
      status: 200,
      description,
      headers: { ETag: { description: 'SHA-256 of the bytes', schema: { type: 'string' } } },
      content,
    } as never),
  );
}
