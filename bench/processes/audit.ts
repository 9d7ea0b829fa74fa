import { startAudit } from '#apps/audit';
import { timeFolding } from '../folding/time-folding.js';
import { answerParent, setting } from './answer-parent.js';

const audit = await startAudit({ natsUrl: setting('NATS_URL'), mongoUri: setting('MONGODB_URI') });

answerParent(
  {
    follow: () => audit.folding,
    fold: (events: number) => timeFolding(audit.tallies, events),
  },
  () => audit.close(),
);
