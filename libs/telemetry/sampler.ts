import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { Sampler } from '@opentelemetry/sdk-trace';

/**
 * Reads OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG. Absent, every trace is kept whose caller did not say no.
 * Throws RangeError on a sampler or a ratio that there is not. Source: OpenTelemetry SDK environment variables.
 */
export function samplerFrom(env: NodeJS.ProcessEnv): Sampler {
  const wanted = env['OTEL_TRACES_SAMPLER'] || 'parentbased_always_on';
  const [, parentBased, kind] = /^(parentbased_)?(always_on|always_off|traceidratio)$/.exec(wanted) ?? [];
  if (kind === undefined)
    throw new RangeError(
      `OTEL_TRACES_SAMPLER is ${JSON.stringify(wanted)}; use always_on, always_off or traceidratio, alone or after parentbased_`,
    );
  const root =
    kind === 'always_on'
      ? new AlwaysOnSampler()
      : kind === 'always_off'
        ? new AlwaysOffSampler()
        : new TraceIdRatioBasedSampler(ratioFrom(env['OTEL_TRACES_SAMPLER_ARG']));
  return parentBased ? new ParentBasedSampler({ root }) : root;
}

function ratioFrom(text: string | undefined): number {
  const ratio = text === undefined || text === '' ? 1 : Number(text);
  if (!(ratio >= 0 && ratio <= 1))
    throw new RangeError(`OTEL_TRACES_SAMPLER_ARG is ${JSON.stringify(text)}; use a number from 0 to 1`);
  return ratio;
}
