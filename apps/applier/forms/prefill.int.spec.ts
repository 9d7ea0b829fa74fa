import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GetApplication, GetApplicationFile, PrefillForm, WithdrawApplication } from '#libs/contracts';
import type { CallOptions } from '#libs/operations';
import { describeWithBrowser } from '#libs/testing';
import { KIM, playApplier } from '../testing/applier.fixtures.js';
import type { PlayedApplier } from '../testing/applier.fixtures.js';
import { startFormPages } from '../testing/form-pages.fixtures.js';
import type { FormPages } from '../testing/form-pages.fixtures.js';

const LETTER = `# Kim Müller-Öz

kim@kim.example · +49 170 1

Moorblick GmbH

21 November 2026

**Application: Cook**

Dear hiring team,

I am applying for the position “Cook” \\(Koch\\).

Kind regards

Kim Müller-Öz

Enclosures: CV
`;
const RESUME = {
  basics: {
    name: 'Kim Müller-Öz',
    email: 'kim@kim.example',
    phone: '+49 170 1',
    url: 'https://kim.example',
    location: { address: 'Am Moor 1', postalCode: '20095', city: 'Hamburg', countryCode: 'DE' },
    profiles: [{ network: 'LinkedIn', url: 'https://www.linkedin.com/in/kim' }],
  },
};

let pages: FormPages;
/** Pages that nobody named as trusted. */
let inside: FormPages;
let applier: PlayedApplier;
let number = 0;
const toForm = async (applyUrl: string, options: CallOptions = KIM) => {
  const { id } = applier.world.addJob(`j${++number}`, { applyUrl, language: 'en' });
  return (await applier.prepare(id, { channel: 'form' }, options)).applicationId;
};
const fill = (applicationId: string, options: CallOptions = KIM) =>
  applier.client.call(PrefillForm, { applicationId }, options);
const fillAt = async (path: string) => fill(await toForm(`${pages.url}${path}`));
const play = async (env: Record<string, string>) => {
  applier = await playApplier(env);
  applier.world.resume = RESUME;
  applier.world.letterText = LETTER;
};

beforeAll(async () => {
  pages = await startFormPages();
  inside = await startFormPages();
});
afterAll(() => Promise.all([pages.close(), inside.close()]));

describe('a form', () => {
  beforeAll(() => play({ SMTP_URL: 'smtp://127.0.0.1:1' }));
  afterAll(() => applier.close());

  it('is not opened where no browser is set up, and the error says how to', async () => {
    await expect(fill(await toForm(`${pages.url}/english`))).rejects.toMatchObject({
      code: 'applier/no-browser',
      disposition: 'terminal',
      message: expect.stringContaining('set APPLIER_BROWSER to the path of a Chromium'),
    });
  });

  it('is not opened in a dry run, which tells what is at hand', async () => {
    const asked = pages.asked.length;
    const answer = await fill(await toForm(`${pages.url}/english`), { ...KIM, flags: { dryRun: true } });
    expect(answer).toMatchObject({ success: true, dryRun: true, pageUrl: null, screenshotSha256: null });
    expect(answer.filled).toEqual(
      expect.arrayContaining([
        { field: 'lastName', label: '', value: 'Müller-Öz' },
        { field: 'cv', label: '', value: expect.stringContaining('.pdf') },
      ]),
    );
    expect(pages.asked).toHaveLength(asked);
  });

  it('is none where the application goes by mail, has no address of the web, or is withdrawn', async () => {
    const { id } = applier.world.addJob(`j${++number}`);
    const byMail = await applier.prepare(id);
    await expect(fill(byMail.applicationId)).rejects.toMatchObject({
      code: 'applier/no-form',
      message: expect.stringContaining(`it goes by mail to jobs@${id}.example`),
    });
    await expect(fill(await toForm('javascript:alert(1)'))).rejects.toMatchObject({
      code: 'applier/no-form',
    });
    const applicationId = await toForm(`${pages.url}/english`);
    await applier.client.call(WithdrawApplication, { applicationId }, KIM);
    await expect(fill(applicationId)).rejects.toMatchObject({
      code: 'applier/not-possible',
      message: expect.stringContaining('is withdrawn'),
    });
    await expect(fill(applicationId, { actor: { userId: 'lou', channel: 'cli' } })).rejects.toMatchObject({
      code: 'applier/unknown-application',
    });
  });

  it('of the outside is not opened in test mode', async () => {
    const testMode = { ...KIM, flags: { testMode: true } };
    expect(await fill(await toForm('https://employer.example/form', testMode), testMode)).toMatchObject({
      success: false,
      obstacle: 'test-mode',
      message: expect.stringContaining('APPLIER_BROWSER_TRUSTED'),
    });
  });
});

describeWithBrowser('a form in a browser', (browser) => {
  beforeAll(() =>
    play({ APPLIER_BROWSER: browser, APPLIER_BROWSER_TRUSTED: `${pages.url},${pages.otherUrl}` }),
  );
  afterAll(() => applier.close());
  beforeEach(() => {
    (pages.submissions as string[]).length = 0;
  });

  it('is filled in as far as it can be told, is shown, and is not submitted', async () => {
    const answer = await fillAt('/english');
    expect(answer).toMatchObject({ success: true, obstacle: null, pageUrl: `${pages.url}/english` });
    expect(Object.fromEntries(answer.filled.map(({ label, value }) => [label, value]))).toEqual({
      'First name *': 'Kim',
      'Last name *': 'Müller-Öz',
      Email: 'kim@kim.example',
      'Phone number': '+49 170 1',
      'LinkedIn profile': 'https://www.linkedin.com/in/kim',
      Country: 'Germany',
      'Cover letter': expect.stringMatching(/^the letter, \d+ characters$/),
      'Resume/CV *': expect.stringContaining('Lebenslauf Kim Müller-Öz.pdf'),
      'Cover letter (file)': expect.stringContaining('Anschreiben.pdf'),
    });
    expect(answer.left).toEqual([
      { label: 'Salary expectation', required: true, why: 'what it asks for could not be told' },
      { label: 'I agree to the privacy policy *', required: true, why: 'a choice that is yours' },
    ]);
    expect(pages.submissions).toEqual([]);
    const { applicationId, screenshotSha256 } = answer;
    const picture = await applier.client.call(
      GetApplicationFile,
      { applicationId, sha256: screenshotSha256 ?? '' },
      KIM,
    );
    expect(picture).toMatchObject({
      fileName: 'form.png',
      mediaType: 'image/png',
      sha256: screenshotSha256,
    });
    expect(Buffer.from(picture.content, 'base64').subarray(1, 4).toString()).toBe('PNG');
    expect(await applier.client.call(GetApplication, { applicationId }, KIM)).toMatchObject({
      status: 'prepared',
      picture: { sha256: screenshotSha256, pageUrl: `${pages.url}/english` },
    });
  });

  it('keeps the last picture only', async () => {
    const { applicationId, screenshotSha256 } = await fillAt('/english');
    applier.world.resume = { basics: { ...RESUME.basics, phone: '+49 170 2' } };
    const again = await fill(applicationId);
    applier.world.resume = RESUME;
    expect(again.screenshotSha256).not.toBe(screenshotSha256);
    await expect(
      applier.client.call(GetApplicationFile, { applicationId, sha256: screenshotSha256 ?? '' }, KIM),
    ).rejects.toMatchObject({ code: 'applier/unknown-file' });
  });

  it('that sends by itself sends nothing', async () => {
    const answer = await fillAt('/eager');
    expect(answer.filled.map(({ field }) => field)).toEqual(['name', 'email', 'postalCode', 'cv']);
    expect(answer.left).toEqual([
      {
        label: 'Ihre Nachricht',
        required: false,
        why: expect.stringMatching(/^it takes 10 characters, and/),
      },
      { label: 'Ich willige ein', required: false, why: 'a choice that is yours' },
    ]);
    expect(answer.pageUrl).toBe(`${pages.url}/eager`);
    expect(answer.heldBack).toBeGreaterThan(0);
    expect(answer.message).toContain('held back');
    expect(pages.submissions).toEqual([]);
  });

  it('in a frame of the same site is filled in there', async () => {
    const answer = await fillAt('/inside-frame');
    expect(answer.filled).toContainEqual({ field: 'email', label: 'Email', value: 'kim@kim.example' });
    expect(pages.submissions).toEqual([]);
  });

  it.each([
    ['/login', 'login', 'log in'],
    ['/captcha', 'captcha', 'proof that a person asks'],
    ['/elsewhere', 'foreign-frame', 'frame of 127.0.0.1:'],
    ['/text', 'no-form', 'has no form'],
    ['/odd', 'nothing-recognised', 'none that could be told'],
    ['/error', 'unreachable', 'it answers 500'],
  ])('that cannot be filled in says why: %s', async (path, obstacle, said) => {
    const answer = await fillAt(path);
    expect(answer).toMatchObject({ success: false, obstacle, filled: [] });
    expect(answer.message).toContain(said);
    expect(pages.submissions).toEqual([]);
  });

  it.each([
    ['at once', () => inside.url],
    ['by its name', () => inside.url.replace('127.0.0.1', 'localhost')],
    ['by a redirect', () => `${pages.url}/redirect?to=${inside.url}/english`],
    ['by a script', () => `${pages.url}/script?to=${inside.url}/english`],
  ])('in a private network is not opened: %s', async (_how, address) => {
    await expect(fill(await toForm(address()))).rejects.toMatchObject({
      code: 'applier/address-refused',
      disposition: 'terminal',
    });
    expect(inside.asked).toEqual([]);
  });

  it('of what test mode may open does not lead out of it', async () => {
    const testMode = { ...KIM, flags: { testMode: true } };
    const to = `${pages.url}/redirect?to=${inside.url}/english`;
    expect(await fill(await toForm(to, testMode), testMode)).toMatchObject({ obstacle: 'test-mode' });
    expect(await fill(await toForm(`${pages.url}/english`, testMode), testMode)).toMatchObject({
      success: true,
    });
    expect(inside.asked).toEqual([]);
  });

  it('where nobody listens is an answer', async () => {
    expect(await fill(await toForm('http://nobody.invalid/form'))).toMatchObject({
      success: false,
      obstacle: 'unreachable',
      screenshotSha256: null,
      message: expect.stringContaining('nobody.invalid cannot be reached'),
    });
  });

  it('of a browser that is none is told by its own error', async () => {
    await applier.close();
    await play({ APPLIER_BROWSER: '/nowhere/chromium' });
    await expect(fill(await toForm(`${pages.url}/english`))).rejects.toMatchObject({
      code: 'applier/no-browser',
      message: expect.stringContaining('/nowhere/chromium'),
    });
  });
});
