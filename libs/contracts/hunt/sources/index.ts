export {
  CheckSources,
  CheckSourcesInput,
  CheckSourcesOutput,
  SOURCE_FAILURES,
  SOURCE_STATES,
  SourceFailureDto,
  SourceHealthDto,
  type SourceFailureKind,
  type SourceState,
} from './check-sources.contract.js';
export {
  ListWatchedEmployers,
  ListWatchedEmployersInput,
  ListWatchedEmployersOutput,
  UnwatchEmployer,
  UnwatchEmployerInput,
  UnwatchEmployerOutput,
  WatchEmployer,
  WatchEmployerInput,
  WatchEmployerOutput,
} from './watch-list.contract.js';
export { WatchedEmployerDto } from './watched-employer.dto.js';
