import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { sign } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import { HookSecrets } from './hook-secrets.js';
import { isSignedBy, verify } from './verify.js';

const SECRET = `whsec_${Buffer.from('a key of the tests, 32 bytes long').toString('base64')}`;
const BODY = '{"ref":"main","what":"grüße"}';
const FIVE_MINUTES = 300_000;

function standard(over: Record<string, string | undefined> = {}, at = new Date(), id = 'msg_1') {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(SECRET).sign(id, at, BODY),
    ...over,
  };
}
const github = async (body = BODY, over: Record<string, string> = {}) => ({
  'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
  'x-hub-signature-256': await sign('it is a secret', body),
  ...over,
});

describe('a Standard Webhook', () => {
  it('that its library has signed gives its id', async () => {
    expect(await verify('standard', SECRET, { headers: standard(), body: BODY })).toBe('msg_1');
  });

  it('signed by hand as the specification says does too, among signatures of other keys and versions', async () => {
    const at = String(Math.floor(Date.now() / 1_000));
    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
    const mac = createHmac('sha256', key).update(`evt-7.${at}.${BODY}`).digest('base64');
    const headers = {
      'webhook-id': 'evt-7',
      'webhook-timestamp': at,
      'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')} v1a,zzz v1,${mac}`,
    };
    expect(await verify('standard', SECRET, { headers, body: BODY })).toBe('evt-7');
  });

  it.each<[string, Record<string, string | undefined>, string | RegExp]>([
    ['of another secret', standard({ 'webhook-signature': `v1,${'A'.repeat(43)}=` }), /its signature is not/],
    ['of no version that is known', standard({ 'webhook-signature': 'v9,abc' }), /its signature is not/],
    ['of nothing', standard({ 'webhook-signature': '' }), /its signature is not/],
    ['of another id', standard({ 'webhook-id': 'msg_2' }), /its signature is not/],
    [
      'of another time',
      standard({ 'webhook-timestamp': String(Math.floor(Date.now() / 1_000) - 1) }),
      /its sig/,
    ],
    ['of long ago', standard({}, new Date(Date.now() - FIVE_MINUTES - 5_000)), /more than five minutes ago/],
    ['of times to come', standard({}, new Date(Date.now() + 2 * FIVE_MINUTES)), /five minutes ahead/],
    ['of no time', standard({ 'webhook-timestamp': 'soon' }), /no number of seconds/],
    ['whose id has a full stop', standard({}, new Date(), 'a.1700000000'), /without blanks and full stops/],
    ['whose id is too long', standard({}, new Date(), 'x'.repeat(129)), /1 to 128 characters/],
  ])('%s is refused', async (_, headers, why) => {
    await expect(verify('standard', SECRET, { headers, body: BODY })).rejects.toMatchObject({
      code: 'gateway/bad-signature',
      message: expect.stringMatching(why) as unknown as string,
    });
  });

  it('of another body is refused', async () => {
    const delivery = { headers: standard(), body: BODY.replace('main', 'side') };
    await expect(verify('standard', SECRET, delivery)).rejects.toMatchObject({
      code: 'gateway/bad-signature',
    });
  });
});

describe('a webhook of GitHub', () => {
  it('that its library has signed gives the id of the delivery', async () => {
    const id = await verify('github', 'it is a secret', { headers: await github(), body: BODY });
    expect(id).toBe('72d3162e-cc78-11e3-81ab-4c9367dc0958');
  });

  it('is checked as their documentation shows it', async () => {
    const headers = {
      'x-github-delivery': 'd1',
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    };
    expect(await verify('github', "It's a Secret to Everybody", { headers, body: 'Hello, World!' })).toBe(
      'd1',
    );
  });

  it.each<[string, string, Record<string, string>]>([
    ['of another body', '{}', {}],
    ['of no body', '', {}],
    ['of another length', BODY, { 'x-hub-signature-256': 'sha256=00' }],
    ['without a signature', BODY, { 'x-hub-signature-256': '' }],
    ['without a name', BODY, { 'x-github-delivery': '' }],
  ])('%s is refused', async (_, body, over) => {
    const delivery = { headers: await github(BODY, over), body };
    await expect(verify('github', 'it is a secret', delivery)).rejects.toMatchObject({
      code: 'gateway/bad-signature',
    });
  });
});

it('a request is signed in a way where it has all of its headers', async () => {
  expect(isSignedBy('standard', standard())).toBe(true);
  expect(isSignedBy('standard', { ...standard(), 'webhook-id': undefined })).toBe(false);
  expect(isSignedBy('github', standard())).toBe(false);
  expect(isSignedBy('github', await github())).toBe(true);
});

describe('the secret of a webhook', () => {
  const read = (env: Record<string, string>, scheme: 'standard' | 'github' = 'standard') =>
    new HookSecrets(env).read('shop', scheme);

  it('is what the setting of its name stands for', () => {
    expect(read({ TRIGGER_SECRET_SHOP: SECRET })).toBe(SECRET);
    expect(read({ TRIGGER_SECRET_SHOP: 'env:MINE', MINE: SECRET })).toBe(SECRET);
    expect(read({ TRIGGER_SECRET_SHOP: 'any text will do' }, 'github')).toBe('any text will do');
  });

  it.each([
    [{}, 'TRIGGER_SECRET_SHOP is not set'],
    [{ TRIGGER_SECRET_SHOP: ' ' }, 'TRIGGER_SECRET_SHOP is not set'],
    [{ TRIGGER_SECRET_SHOP: 'env:NONE' }, 'TRIGGER_SECRET_SHOP refers to env:NONE'],
    [{ TRIGGER_SECRET_SHOP_FILE: '/nowhere' }, 'TRIGGER_SECRET_SHOP refers to file:/nowhere'],
    [{ TRIGGER_SECRET_SHOP: 'sesame!' }, 'TRIGGER_SECRET_SHOP stands for what signs no Standard Webhooks'],
  ])('that cannot be had is told by name, and never shown: %j', (env, said) => {
    let message = '';
    try {
      read(env);
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message).toContain(said);
    expect(message).not.toContain('sesame');
  });
});
