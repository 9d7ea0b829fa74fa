import { Controller } from '@nestjs/common';
import { MatchJob, MatchJobs, PreviewScoring } from '#libs/contracts';
import type {
  MatchJobInput,
  MatchJobOutput,
  MatchJobsInput,
  MatchJobsOutput,
  PreviewScoringInput,
  PreviewScoringOutput,
} from '#libs/contracts';
import { Operation } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { MatchingService } from './matching.service.js';

@Controller()
export class MatchingController {
  constructor(private readonly matching: MatchingService) {}

  @Operation(MatchJob)
  async matchJob(input: MatchJobInput, run: OperationRun): Promise<MatchJobOutput> {
    return this.matching.matchOne(input, run);
  }

  @Operation(MatchJobs)
  async matchJobs(input: MatchJobsInput, run: OperationRun): Promise<MatchJobsOutput> {
    return this.matching.matchMany(input, run);
  }

  @Operation(PreviewScoring)
  async previewScoring({ jobId }: PreviewScoringInput, run: OperationRun): Promise<PreviewScoringOutput> {
    return this.matching.preview(jobId, run);
  }
}
