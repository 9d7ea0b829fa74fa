import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Operation, RetryableError, TerminalError } from '#libs/operations';
import type { OperationRun } from '#libs/operations';
import { Send, Undo, Work } from './contracts.js';
import type { WorkInput, WorkOutput } from './contracts.js';
import { Ledger } from './ledger.js';

/** The operations of the harness. An effect is the last thing that one does: what fails before has taken none. */
@Controller()
class LabOperations {
  constructor(private readonly ledger: Ledger) {}

  @Operation(Work)
  work(input: WorkInput, run: OperationRun): Promise<WorkOutput> {
    return this.perform(input, run);
  }

  @Operation(Send)
  send(input: WorkInput, run: OperationRun): Promise<WorkOutput> {
    return this.perform(input, run);
  }

  @Operation(Undo)
  undo(input: WorkInput, run: OperationRun): Promise<WorkOutput> {
    return this.perform(input, run);
  }

  private async perform(input: WorkInput, run: OperationRun): Promise<WorkOutput> {
    const { label, ms, failures = 0, characters = 0 } = input;
    this.ledger.write('begin', label, run);
    await delay(ms, undefined, { signal: run.signal });
    if (run.attempt <= failures)
      throw new RetryableError('lab/not-yet', `${label}: attempt ${run.attempt} of ${failures} that fail`);
    if (input.refuses) throw new TerminalError('lab/refused', `${label} is refused`);
    run.signal.throwIfAborted();
    this.ledger.write('effect', label, run);
    return {
      label,
      attempt: run.attempt,
      ...(input.declines ? { success: false } : {}),
      ...(characters > 0 ? { text: 'x'.repeat(characters) } : {}),
    };
  }
}

@Module({})
export class LabModule {
  static register(ledgerFile: string): DynamicModule {
    return {
      module: LabModule,
      controllers: [LabOperations],
      providers: [{ provide: Ledger, useFactory: () => new Ledger(ledgerFile) }],
    };
  }
}
