export { addressScope, hostOf, outsideUrl, portOf } from './address-scope.ts';
export { isNearOnly, reachOf, useRelayElsewhere, type RelayElsewhere, type RelayReach } from './relay-reach.ts';
