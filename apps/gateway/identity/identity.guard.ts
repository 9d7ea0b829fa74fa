import { Inject, Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lackingOf } from '#libs/operations';
import { pathOf } from '../http/path.js';
import { RateLimits } from '../limits/rate-limits.js';
import { rememberIdentity } from './caller.js';
import { ForbiddenRouteError } from './errors.js';
import { IDENTIFY } from './identity.js';
import type { Identify, Identity } from './identity.js';
import { KNOWN, NEEDED, OPEN } from './needs.decorator.js';

/** What a route asks for that names no permission: nobody but an administrator is let in by oversight. */
const ALL = '*';

/**
 * Settles who asks, before any handler runs, and whether they may. Services check again, by the contract of what is
 * asked of them.
 */
@Injectable()
export class IdentityGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    @Inject(IDENTIFY) private readonly identify: Identify,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const at = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride(OPEN, at)) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const identity = await this.identified(request);
    if (identity.countedAs !== undefined)
      await this.limits.count(identity.countedAs, http.getResponse<FastifyReply>());
    const needed = this.neededAt(at);
    if (needed !== undefined && lackingOf(identity.actor, [needed]).length > 0)
      throw new ForbiddenRouteError(identity.actor.userId, needed, `${request.method} ${pathOf(request)}`);
    rememberIdentity(request, identity);
    return true;
  }

  private neededAt(at: Parameters<Reflector['getAllAndOverride']>[1]): string | undefined {
    if (this.reflector.getAllAndOverride(KNOWN, at)) return undefined;
    return this.reflector.getAllAndOverride<string | undefined>(NEEDED, at) ?? ALL;
  }

  private async identified(request: FastifyRequest): Promise<Identity> {
    try {
      return await this.identify(request.headers);
    } catch (error) {
      await this.limits.failed(error, request.ip);
      throw error;
    }
  }
}
