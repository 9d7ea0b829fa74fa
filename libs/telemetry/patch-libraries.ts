import { register } from 'node:module';
import type { TracerProvider } from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { MongooseInstrumentation } from '@opentelemetry/instrumentation-mongoose';
import { NestInstrumentation } from '@opentelemetry/instrumentation-nestjs-core';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { isOwnHost } from './own-hosts.js';
import { isProbe } from './probes.js';

/** Wrapping a module costs time and may change its exports, so the loader hook sees only what is patched. */
const PATCHED = [
  'http',
  'https',
  /\/node_modules\/mongoose\/index\.js$/,
  /\/node_modules\/@nestjs\/core\/(?:index|router\/router-execution-context)\.js$/,
];

/**
 * Makes HTTP, fetch, Nest and Mongoose speak of themselves in spans, and gives back what undoes it. Under ES modules this
 * takes a loader hook, and modules imported before it stay as they are.
 */
export function patchLibraries(tracers: TracerProvider): () => void {
  register('import-in-the-middle/hook.mjs', import.meta.url, { data: { include: PATCHED } });
  return registerInstrumentations({
    tracerProvider: tracers,
    instrumentations: [
      new HttpInstrumentation({
        requireParentforOutgoingSpans: true,
        ignoreIncomingRequestHook: (request) => isProbe(request.url ?? '', request.socket.localPort),
        ignoreOutgoingRequestHook: ({ host, hostname }) =>
          !isOwnHost(hostname ?? host?.replace(/:\d+$/, '') ?? ''),
      }),
      new UndiciInstrumentation({
        requireParentforSpans: true,
        ignoreRequestHook: ({ origin }) => !isOwnHost(new URL(origin).hostname),
      }),
      new NestHandlers(),
      // Without a parent it is polling and upkeep, and each would begin a trace of its own.
      new MongooseInstrumentation({ requireParentSpan: true }),
    ],
  });
}

/**
 * Leaves out the span around the making of an application: connections opened in it would remember it as their
 * parent, and whatever they receive later would join that first trace.
 */
class NestHandlers extends NestInstrumentation {
  override init() {
    const core = super.init();
    core.files = core.files.filter((file) => !file.name.endsWith('/nest-factory.js'));
    return core;
  }
}
