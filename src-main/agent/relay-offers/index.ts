export { createRelayOffers, type RelayOffersModule } from './module.ts';
export { isRelayOffer, relayOffer } from './messages.ts';
export type { RelayOffers } from './relay-offers.ts';
