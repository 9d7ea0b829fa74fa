import { Controller, Module } from '@nestjs/common';
import { Operation } from '#libs/operations';
import { Echo } from './echo.contract.js';
import type { EchoMessage } from './echo.contract.js';

@Controller()
class EchoOperations {
  @Operation(Echo)
  async echo(input: EchoMessage): Promise<EchoMessage> {
    return input;
  }
}

@Module({ controllers: [EchoOperations] })
export class EchoModule {}
