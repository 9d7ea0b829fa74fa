import { describe, expect, it } from '@jest/globals';
import { testMongoUri, testNats } from '#libs/testing';
import { openServers } from './open-servers.js';

describe('the servers of a backup', () => {
  it('are signed in to as the settings say, where the address does not', async () => {
    const nats = testNats();
    const { username, password } = new URL(nats.url);
    const natsUrl = `nats://${nats.servers}`;
    const mongoUri = testMongoUri();
    const access = { user: decodeURIComponent(username), password: decodeURIComponent(password) };
    const servers = await openServers({ natsUrl, access, mongoUri });
    expect(servers.nats.info?.version).toMatch(/^2\./);
    expect(servers.db.databaseName).toBe(new URL(mongoUri).pathname.slice(1));
    await servers.close();
    await expect(openServers({ natsUrl, mongoUri })).rejects.toThrow(/authorization/i);
  });
});
