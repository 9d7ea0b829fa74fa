import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { isGrant } from '#libs/operations';

export const NEEDED = Symbol('needed permission');
export const OPEN = Symbol('open');
export const KNOWN = Symbol('known');

/**
 * Names the permission that a route asks for, such as `jobs:read`; on a class it is that of every route in it that
 * names none of its own. Throws TypeError on what is no permission.
 */
export function Needs(permission: string): ClassDecorator & MethodDecorator {
  if (!isGrant(permission) || permission.includes('*'))
    throw new TypeError(`${JSON.stringify(permission)} is no permission: expected area:verb`);
  return applyDecorators(SetMetadata(NEEDED, permission), ApiExtension('x-permission', permission));
}

/** Marks routes that anybody may ask, known or not. */
export const Open = (): ClassDecorator & MethodDecorator => SetMetadata(OPEN, true);

/** Marks routes that anybody may ask who is known, whatever they may do. */
export const Known = (): ClassDecorator & MethodDecorator =>
  applyDecorators(SetMetadata(KNOWN, true), ApiExtension('x-permission', 'any'));
