import type { User } from './users.js';

const HEAD = `# Who may speak to the broker, and what each may say and hear.
# Written by \`npm run broker-accounts\` out of deploy/nats/users.ts; changes by hand are lost.
# Passwords come from the server's environment: letters and digits, beginning with a letter.
`;

/** Writes users and permissions as the broker reads them. Source: NATS docs, configuration of authorization. */
export function accountsConf(users: readonly User[]): string {
  return [
    HEAD,
    'accounts {',
    '  JOBHUNTER {',
    '    jetstream: enabled',
    '    users: [',
    ...users.flatMap(userLines),
    '    ]',
    '  }',
    '  # Sees how the server fares, and nothing of what is in it.',
    '  SYS {',
    '    users: [{ user: sys, password: $NATS_SYS_PASSWORD }]',
    '  }',
    '}',
    'system_account: SYS',
    '',
  ].join('\n');
}

const userLines = ({ name, passwordVariable, publish, subscribe }: User): string[] => [
  '      {',
  `        user: ${name}`,
  `        password: $${passwordVariable}`,
  '        permissions {',
  ...listLines('publish', publish),
  ...listLines('subscribe', subscribe),
  '        }',
  '      }',
];

const listLines = (name: string, subjects: readonly string[]): string[] => [
  `          ${name} {`,
  '            allow: [',
  ...[...subjects].sort().map((subject) => `              "${subject}"`),
  '            ]',
  '          }',
];
