export { startGateway } from './start-gateway.js';
export type { Gateway, GatewayConfig } from './start-gateway.js';
export { readAllowedHosts } from './settings/allowed-hosts.js';
export { PortInUseError } from './http/listen.js';
