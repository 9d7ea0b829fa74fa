import { IsNumber } from 'class-validator';
import { defineOperation } from '#libs/operations';
import { EchoMessage } from './echo.contract.js';

export class Stamped {
  /** Milliseconds of the machine's clock at the first line of the operation. */
  @IsNumber()
  begunAt: number;
}

/** Does nothing but say when it began. */
export const Stamp = defineOperation({
  name: 'stamp',
  service: 'bench',
  category: 'bench',
  stage: 'transform',
  description: 'Answers with the time at which it began',
  input: EchoMessage,
  output: Stamped,
});
