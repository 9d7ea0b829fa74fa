import { describe, expect, it } from '@jest/globals';
import { NOTIFY_TEMPLATES } from '#libs/contracts';
import { fillTemplate } from './templates.js';
import { webhookRequest } from './webhook-request.js';

describe('templates', () => {
  it('are filled from the metadata, once', () => {
    expect(
      fillTemplate('no-high-matches', {
        jobsScraped: 7,
        keywords: ['{{jobsScraped}}', 'b'],
        matchThreshold: 0.8,
      }),
    ).toBe('7 jobs were found for {{jobsScraped}}, b; none reaches your threshold of 0.8.');
  });

  it('show a dash for what is not there', () => {
    for (const template of NOTIFY_TEMPLATES) {
      const text = fillTemplate(template, {});
      expect(text).not.toMatch(/\{\{|undefined|null/);
      expect(text).toContain('–');
    }
    expect(fillTemplate('application-sent', { to: null, title: '', company: [] })).not.toContain('null');
  });
});

describe('a webhook', () => {
  const told = { message: 'a <b> & @channel @everyone', notificationType: 'warning' as const };

  it('of Slack reads nothing into a message', () => {
    expect(webhookRequest('slack', 'https://s.example/x', told).body).toEqual({
      text: 'WARNING: a &lt;b&gt; &amp; @channel @everyone',
    });
  });

  it('of Mattermost and Discord mentions nobody', () => {
    expect(webhookRequest('mattermost', 'https://m.example/x', told).body).toEqual({
      text: 'WARNING: a <b> & @\u2060channel @\u2060everyone',
    });
    expect(webhookRequest('discord', 'https://d.example/x', told).body).toMatchObject({
      allowed_mentions: { parse: [] },
    });
  });

  it.each([
    ['https://ntfy.example/topic', 'https://ntfy.example/'],
    ['https://x.example/ntfy/topic/', 'https://x.example/ntfy/'],
  ])('of ntfy at %s is told its topic', (url, base) => {
    expect(webhookRequest('ntfy', url, told, 'tk')).toEqual({
      url: base,
      headers: { 'content-type': 'application/json', authorization: 'Bearer tk' },
      body: { topic: 'topic', title: 'JobHunter: warning', message: told.message, priority: 4 },
    });
  });

  it('gets no more than it takes', () => {
    const long = { ...told, message: '🙂'.repeat(5_000) };
    const { content } = webhookRequest('discord', 'https://d.example/x', long).body as { content: string };
    expect(Array.from(content).length).toBeLessThanOrEqual(1_900);
    expect(content.endsWith('…')).toBe(true);
  });
});
