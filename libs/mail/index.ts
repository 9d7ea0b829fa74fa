export { composeMail, messageIdOf, type MailParts } from './compose-mail.js';
export { deliver, type Mail } from './deliver.js';
export type { Delivery } from './judge-failure.js';
export { accountAt, SMTP_PROTOCOLS, type AccountTerms, type SmtpAccount } from './smtp-account.js';
