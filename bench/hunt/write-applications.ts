import { GenerateCv, GenerateCvInput, GenerateLetter, GenerateLetterInput } from '#libs/contracts';
import type { OperationClient } from '#libs/operations';

/** Applications under way at a time, as when the documents of a hunt's best jobs are written. */
const AT_A_TIME = 16;

/** Has a CV and a letter written for each job; takes milliseconds. */
export async function writeApplications(
  client: OperationClient,
  jobIds: readonly string[],
  userId: string,
): Promise<number> {
  const actor = { userId, channel: 'api' } as const;
  const left = jobIds.values();
  const lane = async (): Promise<void> => {
    for (const jobId of left)
      await Promise.all([
        client.call(GenerateCv, Object.assign(new GenerateCvInput(), { jobId }), { actor }),
        client.call(GenerateLetter, Object.assign(new GenerateLetterInput(), { jobId }), { actor }),
      ]);
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  return performance.now() - begun;
}
