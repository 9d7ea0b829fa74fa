import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { APPLIER_CONTRACTS, AUDIT_CONTRACTS, DOCUMENTS_CONTRACTS, SCRAPER_CONTRACTS } from '#libs/contracts';
import { accountsConf } from './accounts-conf.js';
import { USERS } from './users.js';

const allowed = (name: string, of: 'publish' | 'subscribe' = 'publish'): readonly string[] =>
  USERS.find((user) => user.name === name)?.[of] ?? [];
const namesOf = (subject: string): string[] =>
  USERS.filter(({ publish }) => publish.includes(subject)).map(({ name }) => name);
const SERVICES = {
  scraper: SCRAPER_CONTRACTS,
  documents: DOCUMENTS_CONTRACTS,
  applier: APPLIER_CONTRACTS,
  audit: AUDIT_CONTRACTS,
};

describe('the accounts of the broker', () => {
  it('are those that the build needs: npm run broker-accounts writes them', () => {
    const written = readFileSync(path.resolve('deploy', 'nats', 'accounts.conf'), 'utf8');
    expect(written).toBe(accountsConf(USERS));
  });

  it('let the orchestrator alone decide, set timers and change streams', () => {
    for (const subject of [
      'run.*.*.decision.>',
      'run.*.*.later.*',
      'run.*.*.in.request.*',
      '$JS.API.STREAM.UPDATE.RUN',
      'deployment.>',
    ])
      expect(namesOf(subject)).toEqual(['orchestrator']);
  });

  it('let the gateway alone write keys, and beside it the orchestrator alone see them', () => {
    const others = USERS.filter(({ name }) => !['gateway', 'orchestrator', 'operator'].includes(name));
    for (const { publish } of others) expect(publish.join('\n')).not.toContain('api_keys');
    expect(namesOf('$KV.api_keys.>')).toEqual(['gateway']);
    expect(allowed('orchestrator')).toContain('$JS.API.CONSUMER.CREATE.KV_api_keys.>');
  });

  it.each(Object.entries(SERVICES))(
    'let %s take its own work, answer its own calls and no others',
    (name, contracts) => {
      expect(allowed(name, 'subscribe')).toEqual(
        expect.arrayContaining([`_INBOX.${name}.>`, `operation.${name}.*`]),
      );
      expect(allowed(name, 'subscribe')).toHaveLength(2);
      const pulls = allowed(name).filter((subject) => /MSG\.NEXT\.RUN\.service=/.test(subject));
      expect(pulls).toHaveLength(2 * contracts.length);
      for (const subject of pulls) expect(subject).toContain(`.service=${name}=`);
      expect(allowed(name).filter((subject) => /^(call|dead)\./.test(subject))).toEqual([
        `call.${name}.*`,
        `dead.${name}.*`,
      ]);
    },
  );

  it('let nobody but people delete a stream, hear everything, or name what they may do by `>` alone', () => {
    for (const { name, publish, subscribe } of USERS.filter(({ name }) => name !== 'operator')) {
      expect({ name, publish }).toEqual({
        name,
        publish: expect.not.arrayContaining(['>', '$JS.>', '$JS.API.>']),
      });
      expect(publish.join('\n')).not.toContain('STREAM.DELETE');
      for (const subject of subscribe)
        expect(subject).toMatch(
          /^(_INBOX\.\w+\.>|operation\.\w+\.\*|workflows\.(\*|bulk)\.\*|partitions\.\w+)$/,
        );
    }
  });
});
