import { RandomIdGenerator } from '@opentelemetry/sdk-trace';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import { takePlannedId } from './planned-id.js';

/** Makes random ids, but for the one span whose id was settled before it was made. */
export class PlannedIds implements IdGenerator {
  private readonly random = new RandomIdGenerator();

  generateTraceId(): string {
    return this.random.generateTraceId();
  }

  generateSpanId(): string {
    return takePlannedId() ?? this.random.generateSpanId();
  }
}
