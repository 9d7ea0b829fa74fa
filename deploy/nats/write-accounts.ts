import { writeFileSync } from 'node:fs';
import { accountsConf } from './accounts-conf.js';
import { USERS } from './users.js';

writeFileSync(new URL('./accounts.conf', import.meta.url), accountsConf(USERS));
