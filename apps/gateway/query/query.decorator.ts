import { applyDecorators, createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import type { ApiQueryOptions } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { inputSchemaOf } from '#libs/operations';
import type { DtoClass } from '#libs/operations';
import { parameterOf } from './parameter-names.js';
import type { RawQuery } from './read-query.js';
import { readRecent } from './recent-queries.js';

/** Gives a handler the query, read and checked. */
export const ReadQuery = createParamDecorator((dto: DtoClass, context: ExecutionContext): Promise<object> => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return readRecent(dto, request.query as RawQuery);
});

/** Describes each field of a DTO as a query parameter; `except` names those that the path gives. */
export function ApiQueryOf(dto: DtoClass, ...except: readonly string[]): MethodDecorator {
  const { properties = {}, required = [] } = inputSchemaOf(dto);
  return applyDecorators(
    ...Object.entries(properties)
      .filter(([name]) => !except.includes(name))
      .map(([name, schema]) =>
        ApiQuery({
          name: parameterOf(name),
          required: required.includes(name),
          schema: schema as Extract<ApiQueryOptions, { schema?: unknown }>['schema'],
          ...(typeof schema['description'] === 'string' ? { description: schema['description'] } : {}),
        }),
      ),
  );
}
