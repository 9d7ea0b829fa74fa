import { IsString, MaxLength } from 'class-validator';
import { defineOperation } from '#libs/operations';

export class EchoMessage {
  @IsString()
  @MaxLength(1_000)
  text: string;
}

/** Does nothing, with everything that the platform puts around an operation. */
export const Echo = defineOperation({
  name: 'echo',
  service: 'bench',
  category: 'bench',
  stage: 'transform',
  description: 'Answers with its input',
  input: EchoMessage,
  output: EchoMessage,
});

export const PAYLOAD_BYTES = 200;
export const payload = (): string => 'x'.repeat(PAYLOAD_BYTES);
