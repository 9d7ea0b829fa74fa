export { startMailServer, type MailServer, type Manner } from './mail-server.fixtures.js';
