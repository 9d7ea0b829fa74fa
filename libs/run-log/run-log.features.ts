import { describe } from '@jest/globals';
import type { MakeBench } from './features/bench.fixtures.js';
import { closingFeatures } from './features/closing.features.js';
import { decisionFeatures } from './features/decisions.features.js';
import { factFeatures } from './features/facts.features.js';
import { forgettingFeatures } from './features/forgetting.features.js';
import { largeBodyFeatures } from './features/large-bodies.features.js';
import { orchestratingFeatures } from './features/orchestrating.features.js';
import { projectingFeatures } from './features/projecting.features.js';
import { runReadingFeatures } from './features/reading-a-run.features.js';
import { streamReadingFeatures } from './features/reading-a-stream.features.js';
import { requestFeatures } from './features/requests.features.js';
import { servingFeatures } from './features/serving.features.js';
import { sharingFeatures } from './features/sharing-partitions.features.js';
import { timerFeatures } from './features/timers.features.js';
import { undecodableFeatures } from './features/undecodable.features.js';
import { watchingFeatures } from './features/watching.features.js';

/** The rules of the run log that hold for every adapter. */
export function runLogFeatures(adapter: string, makeBench: MakeBench): void {
  describe(`the run log (${adapter})`, () => {
    requestFeatures(makeBench);
    decisionFeatures(makeBench);
    factFeatures(makeBench);
    runReadingFeatures(makeBench);
    largeBodyFeatures(makeBench);
    forgettingFeatures(makeBench);
    timerFeatures(makeBench);
    servingFeatures(makeBench);
    orchestratingFeatures(makeBench);
    sharingFeatures(makeBench);
    undecodableFeatures(makeBench);
    projectingFeatures(makeBench);
    watchingFeatures(makeBench);
    streamReadingFeatures(makeBench);
    closingFeatures(makeBench);
  });
}
