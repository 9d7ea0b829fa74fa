import type { Change } from './apply-changes.js';
import { addExport, addToArray, NoPlaceError } from './edit-source.js';
import { namesOf, type Names } from './names.js';
import { operationFiles } from './new-operation.js';

/** What a new service is made of: an app with one operation to begin with, started by `jobhunter up` with the others. */
export function newService(service: Names): Change[] {
  const { snake, kebab, pascal, upper } = service;
  const first = namesOf(`check_${snake}`, 'operation');
  const exported = [first.pascal, `${first.pascal}Input`, `${first.pascal}Output`, `${upper}_CONTRACTS`];
  return [
    ...operationFiles(first, service, kebab),
    {
      file: `libs/contracts/${kebab}/index.ts`,
      content: `import { ${first.pascal} } from './${first.kebab}.contract.js';

export { ${exported.slice(0, -1).join(', ')} } from './${first.kebab}.contract.js';

/** Every operation of the service \`${snake}\`. */
export const ${upper}_CONTRACTS = [${first.pascal}];
`,
    },
    {
      file: 'libs/contracts/index.ts',
      edit: (source) => addExport(source, exported, `./${kebab}/index.js`),
    },
    {
      file: `apps/${kebab}/${kebab}.module.ts`,
      content: `import { Module } from '@nestjs/common';
import { ${first.pascal}Controller } from './${first.kebab}/${first.kebab}.controller.js';

@Module({
  controllers: [${first.pascal}Controller],
  providers: [],
})
export class ${pascal}Module {}
`,
    },
    {
      file: `apps/${kebab}/index.ts`,
      content: `import 'reflect-metadata';
import { ${upper}_CONTRACTS } from '#libs/contracts';
import { startService } from '#libs/operations';
import type { ServiceOptions } from '#libs/operations';
import type { Hosted } from '#libs/telemetry';
import { ${pascal}Module } from './${kebab}.module.js';

export type ${pascal}Config = Pick<
  ServiceOptions,
  'nats' | 'access' | 'catalog' | 'logger' | 'graceMs' | 'ackWaitMs' | 'replicas'
>;

/** Starts the service \`${snake}\`. Throws what startService throws. */
export function start${pascal}(config: ${pascal}Config): Promise<Hosted> {
  return startService({
    ...config,
    service: '${snake}',
    contracts: ${upper}_CONTRACTS,
    module: ${pascal}Module,
  });
}
`,
    },
    {
      file: `apps/${kebab}/main.ts`,
      content: `import { runProcess } from '#libs/telemetry';

await runProcess({
  service: '${kebab}',
  start: async () => {
    const { start${pascal} } = await import('./index.js');
    const { readServiceEnv } = await import('#libs/operations');
    const { natsUrl, ...env } = readServiceEnv();
    return start${pascal}({ nats: natsUrl, ...env });
  },
});
`,
    },
    {
      file: 'nest-cli.json',
      edit: (source) => withProject(source, kebab),
    },
    {
      file: 'apps/cli/platform/further-services.ts',
      edit: (source) =>
        addToArray(
          source,
          /FURTHER_SERVICES: readonly FurtherService\[\] = \[/,
          `{ name: '${kebab}', load: async () => (await import('#apps/${kebab}')).start${pascal} }`,
        ),
    },
  ];
}

/** Adds an app behind the others, and before the first library. */
function withProject(source: string, kebab: string): string {
  const library = /^ {4}"[^"]+": \{\n {6}"type": "library"/m.exec(source);
  if (!library) throw new NoPlaceError(`the project ${kebab}`);
  const settings = {
    type: 'application',
    root: `apps/${kebab}`,
    sourceRoot: `apps/${kebab}`,
    entryFile: 'main',
    compilerOptions: { tsConfigPath: 'tsconfig.json' },
  };
  const written = JSON.stringify(settings, null, 2).replaceAll('\n', '\n    ');
  return `${source.slice(0, library.index)}    "${kebab}": ${written},\n${source.slice(library.index)}`;
}
