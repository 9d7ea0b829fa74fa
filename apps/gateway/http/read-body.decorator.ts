import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import type { ApiBodyOptions } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { checkDto, inputSchemaOf } from '#libs/operations';
import type { DtoClass } from '#libs/operations';
import { BadBodyError } from '../problems/errors.js';

/** Gives a handler the body, checked; none at all is an empty object. Throws BadBodyError. */
export const ReadBody = createParamDecorator(async (dto: DtoClass, context: ExecutionContext) => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  const checked = await checkDto(dto, body ?? {});
  if (!checked.ok) throw new BadBodyError(checked.fields);
  return checked.value;
});

/** Describes a DTO as the body of a route. */
export function ApiBodyOf(dto: DtoClass): MethodDecorator {
  const schema = inputSchemaOf(dto);
  return ApiBody({
    required: (schema.required ?? []).length > 0,
    schema: schema as Extract<ApiBodyOptions, { schema?: unknown }>['schema'],
  });
}
