export { findNetworkCards, networkCards } from './network-cards.ts';
export { sendMagicPackets } from './wake-sockets.ts';
