import type { Change } from './apply-changes.js';
import { addExport, addImport, addToArray, addToExport } from './edit-source.js';
import type { Names } from './names.js';

const FLOWS = 'apps/orchestrator/flows';
const CONTRACTS = 'libs/contracts/hunt';

/** What a new flow is made of: its contract, its code and its test, each in its room, and named in the lists. */
export function newFlow({ snake, kebab, camel, pascal, words }: Names): Change[] {
  const exported = [`${pascal}Flow`, `${pascal}FlowInput`, `${pascal}FlowResult`];
  const contractFile = `./flows/${kebab}.flow-contract.js`;
  return [
    {
      file: `${CONTRACTS}/flows/${kebab}.flow-contract.ts`,
      content: `import { defineFlow } from '#libs/flows';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { OwnedInput } from '../owned-input.dto.js';

export class ${pascal}FlowInput extends OwnedInput {
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  text: string;
}

/** What the flow answers. */
export class ${pascal}FlowResult {
  @IsString()
  text: string;
}

export const ${pascal}Flow = defineFlow({
  name: '${snake}',
  description: 'Run ${words}',
  input: ${pascal}FlowInput,
  tags: [],
});
`,
    },
    {
      file: `${FLOWS}/${kebab}.flow.ts`,
      content: `import { ${pascal}Flow, type ${pascal}FlowResult } from '#libs/contracts';
import { flow } from '#libs/flows';

/** Gives back what it was given, when it was asked. */
export const ${camel} = flow(${pascal}Flow, async ({ text }, ctx): Promise<${pascal}FlowResult> => {
  ctx.log.info('asked for', { text });
  return { text: \`\${text}, at \${ctx.now().toISOString()}\` };
});
`,
    },
    {
      file: `${FLOWS}/${kebab}.flow.unit.spec.ts`,
      content: `import { describe, expect, it } from '@jest/globals';
import { BOTH_WAYS, testEnvironment } from '#libs/flows/testing';
import { ${camel} } from './${kebab}.flow.js';

describe.each(BOTH_WAYS)('${words}, %s', (_how, replayAlways) => {
  it('gives back what it was given, and says when', async () => {
    const env = await testEnvironment({
      flows: [${camel}],
      startAt: new Date('2026-03-02T09:00:00Z'),
      replayAlways,
    });
    const run = await env.start(${camel}, { text: 'a word' });
    expect(await run.result()).toEqual({ text: 'a word, at 2026-03-02T09:00:00.000Z' });
    await env.close();
  });

  it('refuses to begin without a text', async () => {
    const env = await testEnvironment({ flows: [${camel}], replayAlways });
    await expect(env.start(${camel}, {})).rejects.toMatchObject({
      code: 'flow/invalid-input',
      fields: [{ field: 'text' }],
    });
    await env.close();
  });
});
`,
    },
    {
      file: `${CONTRACTS}/index.ts`,
      edit: (source) => addExport(source, exported, contractFile),
    },
    {
      file: 'libs/contracts/index.ts',
      edit: (source) => addToExport(source, exported, './hunt/index.js'),
    },
    {
      file: `${FLOWS}/index.ts`,
      edit: (source) =>
        addToArray(
          addImport(source, [camel], `./${kebab}.flow.js`),
          /FLOWS: readonly FlowDefinition\[\] = \[/,
          camel,
        ),
    },
  ];
}
