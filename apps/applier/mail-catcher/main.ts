import { startMailCatcher } from './mail-catcher.js';

const catcher = await startMailCatcher({
  folder: process.env.MAIL_CATCHER_FOLDER ?? 'mail',
  port: Number(process.env.MAIL_CATCHER_PORT ?? 0),
});
console.log(`mail catcher: ${catcher.url}, mails in ${catcher.folder}`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void catcher.close());
