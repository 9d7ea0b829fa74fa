// Starts as every app does: tracing first, then everything else.
const { startTelemetry } = await import(process.env.TELEMETRY_DOOR);
const telemetry = await startTelemetry({ service: 'patched-app', version: '1.0.0' });
try {
  const { run } = await import('./app.mjs');
  await run();
} finally {
  await telemetry.shutdown();
}
