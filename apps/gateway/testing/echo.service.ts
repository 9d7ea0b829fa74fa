import { Controller, Module } from '@nestjs/common';
import { Operation, RetryableError, startService, TerminalError } from '#libs/operations';
import type { OperationRun, RunningService } from '#libs/operations';
import type { JetStreamRunLog } from '#libs/run-log';
import { createLogger } from '#libs/telemetry';
import { Echo, EchoInput, EchoOutput, Ring, Whisper } from './echo.contract.js';

@Controller()
class EchoController {
  @Operation(Echo)
  echo(input: EchoInput, run: OperationRun): EchoOutput {
    run.log.info('echoing', { times: input.times });
    const { end } = input;
    if (end === 'unsuccessful') return { success: false, message: 'nobody was there to hear it' };
    if (end === 'retryable') throw new RetryableError('echo/hoarse', 'the voice is gone for a while', 2_500);
    if (end === 'terminal') throw new TerminalError('echo/not-found', 'there is no such wall');
    if (end === 'in pieces') {
      run.itemError({ item: 'second wall', message: 'it is too far away', code: 'echo/far' });
      throw new TerminalError('echo/not-found', 'there is no such wall');
    }
    if (end === 'broken') throw new Error('a bug');
    return {
      success: true,
      text: input.text.repeat(input.times),
      userId: run.actor.userId,
      channel: run.actor.channel,
      dryRun: run.flags.dryRun,
    };
  }

  @Operation(Ring)
  ring(input: EchoInput): EchoOutput {
    return { success: true, text: input.text };
  }

  @Operation(Whisper)
  whisper(input: EchoInput): EchoOutput {
    return { success: true, text: input.text };
  }
}

@Module({ controllers: [EchoController] })
class EchoModule {}

/** Hosts the test's operations as any service would. */
export const startEcho = (nats: string | JetStreamRunLog): Promise<RunningService> =>
  startService({
    service: 'echo',
    module: EchoModule,
    contracts: [Echo, Ring, Whisper],
    nats,
    logger: createLogger({ service: 'echo', level: 'silent' }),
  });
