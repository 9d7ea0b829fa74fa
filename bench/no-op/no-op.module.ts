import { Controller, Module } from '@nestjs/common';
import { Operation } from '#libs/operations';
import { machineMs } from '../clock.js';
import { Echo } from './echo.contract.js';
import type { EchoMessage } from './echo.contract.js';
import { Stamp } from './stamp.contract.js';
import type { Stamped } from './stamp.contract.js';

@Controller()
class NoOperations {
  @Operation(Echo)
  async echo(input: EchoMessage): Promise<EchoMessage> {
    return input;
  }

  @Operation(Stamp)
  async stamp(): Promise<Stamped> {
    return { begunAt: machineMs() };
  }
}

@Module({ controllers: [NoOperations] })
export class NoOpModule {}
