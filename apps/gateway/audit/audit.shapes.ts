import { GetLogStorage, GetRebuild } from '#libs/contracts';
import { linkedShape } from '../docs/output-shape.js';

export const REBUILD = linkedShape('Rebuild', GetRebuild.output);
export const LOG_STORAGE = linkedShape('LogStorage', GetLogStorage.output);
