export { RelayClientError } from './errors.ts';
export type { IncomingConnection, RelayClientConfig, RelayClientOptions, RelayPort } from './types.ts';
