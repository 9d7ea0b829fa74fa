import type { NotificationType } from '#libs/contracts';
import type { WebhookChannel } from '../settings/applier-settings.js';

export interface Told {
  readonly message: string;
  readonly notificationType: NotificationType;
}

export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/** Longest text that each takes. Sources: the API references of Slack, Mattermost, Discord and ntfy. */
const LONGEST = { slack: 3_900, mattermost: 16_000, discord: 1_900, ntfy: 3_800 } as const;
const PRIORITY = { info: 3, success: 3, warning: 4, error: 5 } as const;
const TITLE = {
  info: 'JobHunter',
  success: 'JobHunter',
  warning: 'JobHunter: warning',
  error: 'JobHunter: error',
};

const cut = (text: string, longest: number): string =>
  text.length <= longest
    ? text
    : `${Array.from(text)
        .slice(0, longest - 1)
        .join('')}…`;
const firstWord = ({ notificationType }: Told): string =>
  notificationType === 'info' || notificationType === 'success' ? '' : `${notificationType.toUpperCase()}: `;

/** Makes the request that tells a channel something. Whatever the message holds, nobody is mentioned by it. */
export function webhookRequest(
  channel: WebhookChannel,
  url: string,
  told: Told,
  token: string | null = null,
): WebhookRequest {
  const headers = { 'content-type': 'application/json' };
  const text = cut(`${firstWord(told)}${told.message}`, LONGEST[channel]);
  switch (channel) {
    case 'slack': {
      const escaped = text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
      return { url, headers, body: { text: escaped } };
    }
    case 'mattermost':
      // A word joiner behind the sign keeps it from being read as a mention.
      return { url, headers, body: { text: text.replace(/@(?=\w)/g, '@\u2060') } };
    case 'discord':
      return { url, headers, body: { content: text, allowed_mentions: { parse: [] } } };
    case 'ntfy': {
      const { origin, pathname } = new URL(url);
      const topic = decodeURIComponent(pathname.split('/').filter(Boolean).at(-1) ?? '');
      const { notificationType } = told;
      return {
        url: `${origin}${pathname.slice(0, pathname.replace(/\/+$/, '').lastIndexOf('/') + 1)}`,
        headers: token === null ? headers : { ...headers, authorization: `Bearer ${token}` },
        body: {
          topic,
          title: TITLE[notificationType],
          message: cut(told.message, LONGEST.ntfy),
          priority: PRIORITY[notificationType],
        },
      };
    }
  }
}
