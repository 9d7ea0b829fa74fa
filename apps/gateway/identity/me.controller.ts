import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer } from '../docs/answer.decorator.js';
import { ME } from '../keys/key.shapes.js';
import { KeyRing } from '../keys/key-ring.js';
import { NoQuery } from '../query/no-query.js';
import { ReadQuery } from '../query/query.decorator.js';
import { KnownAs } from './caller.js';
import type { Identity } from './identity.js';
import { Known } from './needs.decorator.js';

/** Who asks, as the gateway sees it. */
export interface Me {
  readonly userId: string;
  readonly channel: string;
  /** `off`: nobody is asked who they are, and nothing is refused. */
  readonly method: Identity['method'];
  readonly role: string | null;
  readonly permissions: readonly string[];
  /** Who really asks, where somebody acts for the user. */
  readonly actingUser: string | null;
  readonly key: { readonly id: string; readonly name: string } | null;
  readonly expiresAt: string | null;
}

@ApiTags('keys')
@Controller('me')
export class MeController {
  constructor(private readonly ring: KeyRing) {}

  @Get()
  @Known()
  @ApiOperation({ summary: 'Tell who asks, and what they may do' })
  @ApiAnswer(ME)
  me(@ReadQuery(NoQuery) _query: NoQuery, @KnownAs() identity: Identity): Me {
    const { actor, method, role, keyId, expiresAt } = identity;
    const key = keyId === undefined ? undefined : this.ring.find(keyId);
    return {
      userId: actor.userId,
      channel: actor.channel,
      method,
      role: role ?? null,
      permissions: actor.grants ?? ['*'],
      actingUser: actor.by ?? null,
      key: key ? { id: key.id, name: key.name } : null,
      expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    };
  }
}
