import { Inject, Injectable, SetMetadata } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { rememberActor } from './caller.js';
import { IDENTIFY } from './identify.js';
import type { Identify } from './identify.js';

const OPEN = Symbol('open');

/** Marks routes that anybody may ask, known or not. */
export const Open = (): ClassDecorator & MethodDecorator => SetMetadata(OPEN, true);

/** Settles who asks, before any handler runs. */
@Injectable()
export class IdentityGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(IDENTIFY) private readonly identify: Identify,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.getAllAndOverride(OPEN, [context.getHandler(), context.getClass()])) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    rememberActor(request, await this.identify(request.headers));
    return true;
  }
}
