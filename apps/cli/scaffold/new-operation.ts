import type { Change } from './apply-changes.js';
import { addExport, addImport, addToArray, addToExport } from './edit-source.js';
import type { Names } from './names.js';

/** The service that an operation is to belong to, and where its contracts are listed. */
export interface ServicePlace {
  readonly service: Names;
  /** The folder under `libs/contracts`. */
  readonly domain: string;
}

/** What a new operation is made of: its contract, its handler and their test, and named in the service's lists. */
export function newOperation(name: Names, { service, domain }: ServicePlace): Change[] {
  const { kebab, pascal } = name;
  const exported = [pascal, `${pascal}Input`, `${pascal}Output`];
  const contractFile = `./${kebab}.contract.js`;
  const module = `apps/${service.kebab}/${service.kebab}.module.ts`;
  return [
    ...operationFiles(name, service, domain),
    {
      file: `libs/contracts/${domain}/index.ts`,
      edit: (source) =>
        addToArray(
          addImport(addExport(source, exported, contractFile), [pascal], contractFile),
          new RegExp(`export const ${service.upper}_CONTRACTS\\b[^=]*= \\[`),
          pascal,
        ),
    },
    {
      file: 'libs/contracts/index.ts',
      edit: (source) => addToExport(source, exported, `./${domain}/index.js`),
    },
    {
      file: module,
      edit: (source) =>
        addToArray(
          addImport(source, [`${pascal}Controller`], `./${kebab}/${kebab}.controller.js`),
          /\bcontrollers: \[/,
          `${pascal}Controller`,
        ),
    },
  ];
}

/** Contract, handler and test of an operation. */
export function operationFiles(
  { snake, kebab, camel, pascal, words }: Names,
  service: Names,
  domain: string,
): Change[] {
  const room = `apps/${service.kebab}/${kebab}`;
  return [
    {
      file: `libs/contracts/${domain}/${kebab}.contract.ts`,
      content: `import { defineOperation } from '#libs/operations';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

export class ${pascal}Input {
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  text: string;
}

export class ${pascal}Output {
  @IsString()
  text: string;
}

export const ${pascal} = defineOperation({
  name: '${snake}',
  service: '${service.snake}',
  category: '${service.snake}',
  stage: 'transform',
  description: 'Run ${words}',
  tags: ['${service.snake}'],
  permissions: ['${service.snake}:write'],
  input: ${pascal}Input,
  output: ${pascal}Output,
});
`,
    },
    {
      file: `${room}/${kebab}.controller.ts`,
      content: `import { Controller } from '@nestjs/common';
import { ${pascal}, type ${pascal}Output, ${pascal}Input } from '#libs/contracts';
import { Operation, type OperationRun } from '#libs/operations';

@Controller()
export class ${pascal}Controller {
  /** Gives back what it was given, and for whom. */
  @Operation(${pascal})
  ${camel}({ text }: ${pascal}Input, run: OperationRun): ${pascal}Output {
    return { text: \`\${text}, for \${run.actor.userId}\` };
  }
}
`,
    },
    {
      file: `${room}/${kebab}.int.spec.ts`,
      content: `import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ${pascal} } from '#libs/contracts';
import { startService, type RunningService } from '#libs/operations';
import { testNats } from '#libs/testing';
import { ${pascal}Controller } from './${kebab}.controller.js';

class ServiceModule {}

let running: RunningService;

beforeAll(async () => {
  running = await startService({
    service: '${service.snake}',
    contracts: [${pascal}],
    module: { module: ServiceModule, controllers: [${pascal}Controller] },
    nats: testNats().url,
  });
});
afterAll(() => running.close());

describe('${snake}', () => {
  it('gives back what it was given, and for whom', async () => {
    const answer = await running.client.call(${pascal}, { text: 'a word' }, { actor: { userId: 'ann' } });
    expect(answer).toEqual({ text: 'a word, for ann' });
  });

  it('refuses a text that is missing, by its field', async () => {
    const answer = running.client.call(${pascal}, {} as { text: string });
    await expect(answer).rejects.toMatchObject({
      code: 'operation/invalid-input',
      fields: [{ field: 'text' }],
    });
  });
});
`,
    },
  ];
}
