import { Inject, Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import { IsString, MaxLength } from 'class-validator';
import { serveVerbs } from '#libs/flows';
import type { EndpointRequest } from '#libs/flows';
import { checkDto, TerminalError } from '#libs/operations';
import type { DtoClass } from '#libs/operations';
import { NATS } from '../nats.js';
import { BadBodyError } from '../problems/errors.js';
import { BulkRuns } from './bulk-runs.js';
import type { StoredWork } from './bulk-store.js';
import { shown } from './bulk-work.js';
import { BulkInput, checkFilter, ListBulkInput } from './bulk.inputs.js';

export class LookInput {
  @IsString()
  @MaxLength(128)
  id: string;
}

/**
 * Answers plain NATS messages: `workflows.bulk.cancel` and `.restart` take what POST /flow-runs/bulk/… takes, and
 * `.look` and `.stop` the id of the work, and `.list` the part of the list. Gateways share them.
 */
@Injectable()
export class BulkEndpoint implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private served: { close(): Promise<void> } | undefined;

  constructor(
    @Inject(NATS) private readonly nats: NatsConnection,
    private readonly bulk: BulkRuns,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.served = await serveVerbs(this.nats, { bulk: (request) => this.answer(request) });
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (!this.nats.isClosed()) await this.served?.close();
  }

  private async answer({ of, body, actor, trace }: EndpointRequest): Promise<object> {
    const caller = { actor, trace };
    switch (of) {
      case 'list':
        return this.bulk.list(await read(ListBulkInput, body), caller);
      case 'look': {
        const { id } = await read(LookInput, body);
        return told(await this.bulk.look(id, caller));
      }
      case 'stop': {
        const { id } = await read(LookInput, body);
        return told(await this.bulk.stop(id, caller));
      }
      case 'cancel':
      case 'restart': {
        const input = await read(BulkInput, body);
        checkFilter(input);
        if (input.dryRun) return this.bulk.preview(of, input, caller);
        return told(await this.bulk.begin(of, input, caller));
      }
      default:
        throw new TerminalError(
          'gateway/unknown-route',
          `there is no bulk work of the kind ${JSON.stringify(of)}: expected cancel, restart, list, look or stop`,
        );
    }
  }
}

/** An answer with a field `error` is a refusal to whoever asks by message, so it is there only where there is one. */
function told({ work }: StoredWork): object {
  const { error, ...rest } = shown(work);
  return error === null ? rest : { ...rest, error };
}

async function read<T extends object>(dto: DtoClass<T>, body: unknown): Promise<T> {
  const checked = await checkDto(dto, body);
  if (!checked.ok) throw new BadBodyError(checked.fields);
  return checked.value;
}
