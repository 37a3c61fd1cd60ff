export { startRelay } from './relay.ts';
export { RelayStartError } from './errors.ts';
export type { RelayOptions, RelayTls, RunningRelay } from './options.ts';
