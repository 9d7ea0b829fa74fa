export { cuttingProxy, type CuttingProxy } from './cutting-proxy.js';
export { describeWithBrowser } from './describe-with-browser.js';
export { expectNoLeaks, leakGuard, type LeakGuard } from './leaks.js';
export { ownMongod, ownNats, type OwnNatsSettings, type OwnServer } from './own-servers.js';
export { testMongoUri } from './test-mongo-uri.js';
export { testNats, type TestNats } from './test-nats.js';
export { virtualClock, type VirtualClock } from './virtual-clock.js';
export { startTraceCollector, type CollectedSpan, type TraceCollector } from './trace-collector.js';
export { sampleOf, type Resolve } from './sample-of-schema.js';
