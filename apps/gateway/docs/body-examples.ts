const RESUME = {
  basics: {
    name: 'Kim Example',
    label: 'TypeScript engineer',
    email: 'kim@kim.example',
    summary: 'Builds services that last.',
  },
  work: [{ name: 'Beispielwerk GmbH', position: 'Engineer', startDate: '2019-03' }],
  skills: [{ name: 'Programming', keywords: ['TypeScript', 'MongoDB'] }],
};

/** What may be sent, by the name of the operation that takes it. */
export const BODY_EXAMPLES: Readonly<Record<string, unknown>> = {
  operations_run: { keywords: ['typescript'], location: 'Berlin' },
  workflows_start: { keywords: ['typescript'], location: 'Berlin', limit: 20 },
  bulk_cancel: { filter: { flow: 'scrape_jobs', status: ['running', 'waiting'] }, dryRun: true },
  bulk_restart: { filter: { status: ['failed'], from: '2026-11-01T00:00:00Z' }, reason: 'the board is back' },
  bulk_stop: {},
  saidEvents_say: { type: 'order.created', data: { id: 'A-17', total: 120 }, id: 'order-A-17' },
  hooks_take: { ref: 'refs/heads/main', repository: { full_name: 'kim/site' } },
  steering_signal: { approved: true },
  steering_answer: { approved: true, comment: 'looks good' },
  steering_pause: { reason: 'the board is being mended' },
  steering_resume: {},
  steering_cancel: { reason: 'not needed any more' },
  steering_restart: { fromStep: 3 },
  state_set: { value: { lastSeen: '2026-11-03T08:00:00Z' } },
  jobs_create: {
    jobs: [
      {
        title: 'TypeScript engineer',
        company: 'Ahornau GmbH',
        url: 'https://ahornau.example/jobs/1',
        description: 'You will design services in TypeScript.',
      },
    ],
  },
  jobs_fromUrl: { url: 'https://ahornau.example/jobs/1' },
  jobs_bulkDelete: { jobIds: ['job_1f2e3d'], dryRun: true },
  jobs_update: { status: 'interesting', notes: 'ask about remote work' },
  jobs_match: {},
  jobs_unmerge: {},
  sources_check: { sources: ['arbeitnow'], ask: false },
  sources_watch: { board: 'https://jobs.lever.co/example' },
  profile_import: { resume: RESUME, preferences: { titlesWanted: ['TypeScript engineer'], dailyLimit: 5 } },
  profile_update: { preferences: { dailyLimit: 3 }, expectedVersion: 2 },
  applications_update: { status: 'interview', note: 'on Friday at ten' },
  applications_prefill: { dryRun: true },
  applications_withdraw: { reason: 'found another one' },
};
