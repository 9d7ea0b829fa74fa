import { ListApprovals, ListArtifacts } from '#libs/contracts';
import { itemShape } from '../docs/output-shape.js';

export const APPROVAL = itemShape('Approval', ListApprovals.output, { links: ['self', 'flowRun', 'answer'] });
export const ARTIFACT = itemShape('Artifact', ListArtifacts.output, { links: ['self', 'flowRun'] });
