// What operations and flows write down, and tags. See docs/guides/tasks.md#log-lines.
import { Controller } from '@nestjs/common';
import { IsString } from 'class-validator';
import { flow, task } from '#libs/flows';
import { defineOperation, Operation, type OperationRun } from '#libs/operations';
import { runExample } from './support/index.js';

class FileInput {
  @IsString() file: string;
}
class Imported {}

const ImportFile = defineOperation({
  name: 'import_file',
  service: 'example_log',
  category: 'examples',
  stage: 'load',
  description: 'Imports a file and talks about it',
  tags: ['files'],
  input: FileInput,
  output: Imported,
});

@Controller()
class Importer {
  @Operation(ImportFile)
  importFile({ file }: FileInput, run: OperationRun): Imported {
    run.log.info('opened', { file }); // always a line of the task run's log
    console.log('3 rows'); // a line of its log where the task says so, and on the console all the same
    console.warn('1 row was empty');
    return {};
  }
}

const importQuietly = task({ name: 'import_quietly' }, ImportFile);
const importAloud = task({ name: 'import_aloud', logPrints: true, tags: ['nightly'] }, ImportFile);

const importFiles = flow(
  { name: 'example_import', description: 'Imports two files', input: FileInput, tags: ['imports'] },
  async ({ file }, ctx) => {
    ctx.log.info('the import begins'); // not written again when the run is replayed
    await ctx.task(importQuietly, { file });
    await ctx.task(importAloud, { file });
    return 'done';
  },
);

const service = { contracts: [ImportFile], controller: Importer };
await runExample({ service, flows: [importFiles] }, async ({ client, log, me }) => {
  // With `verbose` the lines stand in the outcome too, so they can be read after the run.
  const { runId } = await client.start(
    'example_import',
    { file: 'a.csv' },
    { actor: me, tags: ['from-example'], flags: { verbose: true } },
  );
  await client.result(runId);

  for (const { event } of (await log.readRun(runId)).events) {
    if (event.type === 'FlowStarted') console.log(`the run: ${event.tags.join(', ')}`);
    if (event.type === 'TaskScheduled') console.log(`task ${event.task}: ${event.tags.join(', ')}`);
    if (event.type === 'TaskFinished')
      for (const { level, message } of event.outcome.logEntries ?? []) console.log(`  ${level} ${message}`);
  }
});

/* It prints:

3 rows
3 rows
the run: imports, from-example
task import_quietly: files
  info opened
task import_aloud: files, nightly
  info opened
  info 3 rows
  warn 1 row was empty

*/
