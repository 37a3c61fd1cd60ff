export { builtDefaultRelay } from './built-default-relay.ts';
export { reachableAddresses, relayUrl, type Interfaces } from './addresses.ts';
export { findRelayLauncher, hasSqlite, type RelayFacts } from './find-launcher.ts';
export { parseStartupBanner, type StartupBanner } from './startup-banner.ts';
export {
  ADDRESS_INTERVAL,
  FIRST_PORT,
  HostedRelayService,
  RESTART_DELAYS,
  RELAY_STABLE_AFTER,
  START_TIMEOUT,
  STOP_TIMEOUT,
  type HostedRelayOptions,
  type RememberedRelay,
} from './hosted-relay-service.ts';
export { relayInElectron, relayOnNode } from './launch-relay.ts';
export type { LaunchRelay, RelayProcess } from './relay-process.ts';
export { openRememberedRelay } from './remembered-relay.ts';
