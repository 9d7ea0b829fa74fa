import 'reflect-metadata';
import { IsString } from 'class-validator';
import { Orchestrator } from '#libs/embedded';
import { flow } from '#libs/flows';
import { defineOperation } from '#libs/operations';
import { opened } from './checks.fixtures.js';

export class Words {
  @IsString() text: string;
}
const Say = defineOperation({
  name: 'say',
  service: 'nobody',
  category: 'voices',
  stage: 'act',
  description: 'Says it',
  input: Words,
  output: Words,
});
export const talk = flow({ name: 'talk', description: 'Says it', input: Words }, (input, ctx) =>
  ctx.task(Say, input),
);

export async function host(options: ConstructorParameters<typeof Orchestrator>[0]): Promise<Orchestrator> {
  const orchestrator = new Orchestrator(options);
  await orchestrator.start();
  opened.push(() => orchestrator.stop());
  return orchestrator;
}
