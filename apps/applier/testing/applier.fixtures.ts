import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { APPLIER_CONTRACTS, ApplyJob, PrepareApplication } from '#libs/contracts';
import type { ApplyJobInput, ApplyJobOutput, PrepareApplicationOutput } from '#libs/contracts';
import { MongoKeeper } from '#libs/mongo';
import { startService } from '#libs/operations';
import type { CallOptions, RunningService } from '#libs/operations';
import { createLogger } from '#libs/telemetry';
import { testMongoUri, testNats } from '#libs/testing';
import { ApplierModule } from '../applier.module.js';
import { readApplierSettings } from '../settings/applier-settings.js';
import { playHunt, World } from './played-hunt.fixtures.js';

export const KIM = { actor: { userId: 'kim', channel: 'cli' } } as const satisfies CallOptions;
export const BY_KIM = { kind: 'person', by: 'kim', at: '2026-11-03T08:00:00Z' } as const;

export interface PlayedApplier {
  readonly world: World;
  readonly service: RunningService;
  readonly client: RunningService['client'];
  readonly mongo: Connection;
  prepare(jobId: string, said?: object, options?: CallOptions): Promise<PrepareApplicationOutput>;
  /** Applies with what was prepared, approved by the person unless said otherwise. */
  apply(
    prepared: Pick<PrepareApplicationOutput, 'applicationId' | 'sha256'>,
    said?: Partial<ApplyJobInput>,
    options?: CallOptions,
  ): Promise<ApplyJobOutput>;
  close(): Promise<void>;
}

/** Starts the service with stand-ins for its neighbours, and a CV `cv-1` and a letter `letter-1` in their hands. */
export async function playApplier(env: Record<string, string> = {}): Promise<PlayedApplier> {
  const { url: nats } = testNats();
  const world = new World();
  world.addDocument('cv-1', 'cv');
  world.addDocument('letter-1', 'letter');
  const neighbours = await playHunt(nats, world);
  const service = await startService({
    service: 'applier',
    contracts: APPLIER_CONTRACTS,
    nats,
    logger: createLogger({ service: 'applier', level: 'silent' }),
    module: ApplierModule.register({ mongoUri: testMongoUri(), settings: readApplierSettings(env) }),
  });
  await service.app.get(MongoKeeper).connected;
  const { client } = service;
  return {
    world,
    service,
    client,
    mongo: service.app.get<Connection>(getConnectionToken()),
    prepare: (jobId, said = {}, options = KIM) =>
      client.call(PrepareApplication, { jobId, cvId: 'cv-1', letterId: 'letter-1', ...said }, options),
    apply: ({ applicationId, sha256 }, said = {}, options = KIM) =>
      client.call(ApplyJob, { applicationId, approvedSha256: sha256, approval: BY_KIM, ...said }, options),
    close: async () => {
      await service.close();
      await neighbours.close();
    },
  };
}
