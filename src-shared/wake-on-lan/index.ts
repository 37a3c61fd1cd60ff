export { cardAddress, isCardAddress, MOST_CARDS } from './card-address.ts';
export { magicPacket } from './magic-packet.ts';
