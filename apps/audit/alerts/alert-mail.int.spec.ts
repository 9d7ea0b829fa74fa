import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startMailServer } from '#libs/mail/testing';
import type { MailServer, Manner } from '#libs/mail/testing';
import { ALERTS } from './alert-settings.js';
import { alertSender } from './send-alert.js';

const target = { channel: 'email', to: 'ops@jobs.example' } as const;
const message = {
  id: 'i/opening',
  subject: 'watch:\r\nBcc: everybody@jobs.example',
  text: 'it failed\nat noon',
  data: { kind: 'failed' },
};
let server: MailServer;
beforeEach(async () => {
  server = await startMailServer({ user: 'alerts', pass: 'sesame' });
});
afterEach(() => server.close());

const send = (pass = 'sesame', to = target) => {
  const url = new URL(server.url);
  url.username = 'alerts';
  url.password = pass;
  return alertSender({ ...ALERTS, from: 'jobs@house.example', smtpUrl: 'env:MAIL', env: { MAIL: url.href } })(
    to,
    message,
  );
};

describe('a mail that tells of an incident', () => {
  it('goes to the server that is named, under the incident’s id, and no text of it makes a header', async () => {
    expect(await send()).toMatchObject({ kind: 'sent', said: expect.stringContaining('127.0.0.1') });
    expect(server.mails).toMatchObject([{ from: 'jobs@house.example', to: ['ops@jobs.example'] }]);
    expect(await server.read(0)).toMatchObject({
      from: { name: 'JobHunter', address: 'jobs@house.example' },
      subject: 'watch: Bcc: everybody@jobs.example',
      messageId: '<i.opening@house.example>',
      text: expect.stringMatching(/^it failed\r?\nat noon/),
    });
  });

  it.each<[Manner, string]>([
    ['turns-away', 'refused'],
    ['is-busy', 'refused'],
    ['greylists', 'refused'],
    ['refuses', 'refused'],
    ['refuses-content', 'refused'],
    ['drops-early', 'refused'],
    // It had the whole mail: perhaps somebody reads it.
    ['drops-the-line', 'unknown'],
  ])('to a server that %s is %s', async (manner, kind) => {
    server.manner = manner;
    expect(await send()).toMatchObject({ kind });
    expect(server.mails).toEqual([]);
  });

  it('is refused where the password is wrong, which nobody is shown', async () => {
    const { kind, said } = await send('guess');
    expect({ kind, shows: /guess|sesame/.test(said) }).toEqual({ kind: 'refused', shows: false });
  });

  it('is refused where no server listens', async () => {
    await server.close();
    expect(await send()).toMatchObject({ kind: 'refused', said: expect.stringContaining('ECONNREFUSED') });
    server = await startMailServer();
  });
});
