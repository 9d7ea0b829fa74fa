import { ROLE_NAMES } from '#libs/key-registry';
import { extended, instant, list, named, object, oneOf, orNull, text } from '../docs/shape.js';

const KEY_FIELDS = object({
  id: text(),
  name: text(),
  userId: text({ description: 'Whom it speaks for' }),
  role: orNull(oneOf(ROLE_NAMES)),
  permissions: list(text(), { description: 'What it may do, as patterns of permissions' }),
  status: oneOf(['active', 'expired', 'revoked']),
  createdAt: instant(),
  createdBy: orNull(text({ description: 'Who made it; null for those that the gateway makes itself' })),
  rotatedAt: orNull(instant()),
  expiresAt: orNull(instant()),
  revokedAt: orNull(instant()),
  lastUsedAt: orNull(instant()),
});

export const KEY = named('Key', KEY_FIELDS);

export const NEW_KEY = named(
  'NewKey',
  extended(KEY_FIELDS, { key: text({ description: 'The key itself; told this once and kept nowhere' }) }),
);

export const ME = named(
  'Me',
  object({
    userId: text(),
    channel: text(),
    method: oneOf(['key', 'token', 'off']),
    role: orNull(text()),
    permissions: list(text(), { description: 'What was granted, as patterns of permissions' }),
    actingUser: orNull(text({ description: 'Who really asks, where somebody acts for the user' })),
    key: orNull(object({ id: text(), name: text() })),
    expiresAt: orNull(instant()),
  }),
);
