import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { LoggerService } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { grantsOf, statusOf, type KeyRecord } from '#libs/key-registry';
import { covers } from '#libs/operations';
import type { Actor } from '#libs/run-log';
import { Broker } from '../asking/broker.js';
import { ApiAnswer, ApiPage } from '../docs/answer.decorator.js';
import { pageOf } from '../http/page.js';
import type { Page } from '../http/page.js';
import { ApiBodyOf, ReadBody } from '../http/read-body.decorator.js';
import { CalledBy } from '../identity/caller.js';
import type { Caller } from '../identity/caller.js';
import { BeyondOwnRightsError } from '../identity/errors.js';
import { Needs } from '../identity/needs.decorator.js';
import { beyond, KEYS_OF_ALL } from '../identity/special-permissions.js';
import { isPersonsId, PERSONS_ID_EXPECTED } from '../identity/user-ids.js';
import { LOG } from '../log.js';
import { BadBodyError } from '../problems/errors.js';
import { IdPipe } from '../query/id.pipe.js';
import { NoQuery } from '../query/no-query.js';
import { ApiQueryOf, ReadQuery } from '../query/query.decorator.js';
import { KeyOverError, UnknownKeyError } from './errors.js';
import { KEY, NEW_KEY } from './key.shapes.js';
import { KeyRing } from './key-ring.js';
import type { MadeKey } from './key-ring.js';
import { viewOf } from './key-record.js';
import type { KeyView } from './key-record.js';
import { CreateKeyInput, KeysQuery, RotateKeyInput } from './keys.inputs.js';

/** A key as it is told once: `key` is kept nowhere. */
export interface NewKeyView extends KeyView {
  readonly key: string;
}

const DAY_MS = 86_400_000;

/**
 * Manages keys: everybody their own, who has `keys:admin` those of all. Nobody can make a key, or get hold of one by
 * giving it a new secret, that may do more than they themselves.
 */
@ApiTags('keys')
@Needs('keys:write')
@Controller('keys')
export class KeysController {
  constructor(
    private readonly ring: KeyRing,
    private readonly broker: Broker,
    @Inject(LOG) private readonly log: LoggerService,
  ) {}

  @Get()
  @Needs('keys:read')
  @ApiOperation({ summary: 'List keys: one’s own, or those of all for an administrator' })
  @ApiQueryOf(KeysQuery)
  @ApiPage('Keys', KEY)
  list(
    @ReadQuery(KeysQuery) { all, userId }: KeysQuery,
    @CalledBy() { actor }: Caller,
    @Req() request: FastifyRequest,
  ): Page<KeyView> {
    const found = this.ring
      .list()
      .filter((record) => maySeeKey(actor, record) && (userId === undefined || record.userId === userId))
      .filter((record) => all === true || statusOf(record, this.ring.now()) === 'active');
    return pageOf(request, { items: found.map((record) => this.view(record)) });
  }

  @Get(':id')
  @Needs('keys:read')
  @ApiOperation({ summary: 'Show one key' })
  @ApiParam({ name: 'id', description: 'Id of the key: what stands between jh_ and the next _' })
  @ApiAnswer(KEY)
  get(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() { actor }: Caller,
  ): KeyView {
    return this.view(this.seen(id, actor));
  }

  @Post()
  @ApiOperation({ summary: 'Make a key; the answer is the only place that tells it' })
  @ApiBodyOf(CreateKeyInput)
  @ApiAnswer(NEW_KEY, { status: 201, description: 'The key is made' })
  async create(
    @ReadBody(CreateKeyInput) input: CreateKeyInput,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() { actor }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NewKeyView> {
    const { name, userId = actor.userId, role, permissions, expiresInDays } = input;
    if ((role === undefined) === (permissions === undefined))
      throw new BadBodyError([{ field: 'role', message: 'expected either a role or permissions' }]);
    if (!isPersonsId(userId))
      throw new BadBodyError([{ field: 'userId', value: userId, message: PERSONS_ID_EXPECTED }]);
    const wanted = { role: role ?? null, permissions: permissions ?? null };
    const others = userId !== actor.userId && !managesAll(actor) ? [KEYS_OF_ALL] : [];
    this.refuseBeyond(actor, [...others, ...grantsOf(wanted)]);
    const now = this.ring.now();
    const expiresAt =
      expiresInDays === undefined ? null : new Date(now + expiresInDays * DAY_MS).toISOString();
    const made = await this.broker.whileThere('the key cannot be made', () =>
      this.ring.create({ name, userId, ...wanted, expiresAt, createdBy: actor.by ?? actor.userId }),
    );
    this.tell('made', made.record, actor);
    return this.told(made, reply);
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give a key a new secret; the answer is the only place that tells it' })
  @ApiParam({ name: 'id', description: 'Id of the key' })
  @ApiBodyOf(RotateKeyInput)
  @ApiAnswer(NEW_KEY)
  async rotate(
    @Param('id', IdPipe) id: string,
    @ReadBody(RotateKeyInput) { graceSeconds = 0 }: RotateKeyInput,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() { actor }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<NewKeyView> {
    this.refuseBeyond(actor, grantsOf(this.seen(id, actor)));
    const made = await this.broker.whileThere('the key cannot be given a new secret', () =>
      this.ring.rotate(id, graceSeconds * 1_000),
    );
    if (!made) throw new KeyOverError(id, statusOf(this.seen(id, actor), this.ring.now()));
    this.tell('given a new secret', made.record, actor);
    return this.told(made, reply);
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Revoke a key: it is refused everywhere from then on, on open streams too' })
  @ApiParam({ name: 'id', description: 'Id of the key' })
  @ApiAnswer(KEY)
  async revoke(
    @Param('id', IdPipe) id: string,
    @ReadQuery(NoQuery) _query: NoQuery,
    @CalledBy() { actor }: Caller,
  ): Promise<KeyView> {
    this.seen(id, actor);
    const record = await this.broker.whileThere('the key cannot be revoked', () => this.ring.revoke(id));
    if (!record) throw new UnknownKeyError(id);
    this.tell('revoked', record, actor);
    return this.view(record);
  }

  /** Throws UnknownKeyError for those of others, too. */
  private seen(id: string, actor: Actor): KeyRecord {
    const record = this.ring.find(id);
    if (!record || !maySeeKey(actor, record)) throw new UnknownKeyError(id);
    return record;
  }

  private refuseBeyond(actor: Actor, grants: readonly string[]): void {
    const lacking = beyond(actor.grants, grants);
    if (lacking.length > 0) throw new BeyondOwnRightsError(actor.by ?? actor.userId, lacking);
  }

  private view(record: KeyRecord): KeyView {
    return viewOf(record, this.ring.lastUsedAt(record.id), this.ring.now());
  }

  private told({ record, key }: MadeKey, reply: FastifyReply): NewKeyView {
    void reply.header('Cache-Control', 'no-store');
    return { ...this.view(record), key };
  }

  private tell(what: string, { id, userId }: KeyRecord, { userId: by, by: really = by }: Actor): void {
    this.log.log(`key ${id} of ${userId} was ${what} by ${really}`);
  }
}

/** Where nobody is asked who they are, everybody manages all. */
const managesAll = ({ grants }: Actor): boolean => !grants || covers(grants, KEYS_OF_ALL);

const maySeeKey = (actor: Actor, { userId }: KeyRecord): boolean =>
  managesAll(actor) || userId === actor.userId;
