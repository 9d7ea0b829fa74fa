export { startGateway } from './start-gateway.js';
export type { Gateway, GatewayConfig } from './start-gateway.js';
export { readAccessEnv } from './settings/access-env.js';
export { readAllowedHosts } from './settings/allowed-hosts.js';
export type { AccessSettings, AuthSettings, MachineKey } from './settings/auth-settings.js';
export { PortInUseError } from './http/listen.js';
