export {
  answered,
  BEGIN,
  cancelled,
  claimed,
  done,
  failure,
  finished,
  flowStarted,
  inCalls,
  inRun,
  scheduled,
  startRequested,
} from './events.js';
