/** Times that the address is repeated in the packet. */
const REPEATS = 16;

/**
 * Returns the packet that wakes the machine of a network card: six bytes of 0xff, then 16 times its MAC address, 102 bytes (AMD, Magic Packet
 * Technology, 1995). Pure.
 * @param card as `isCardAddress` accepts it
 */
export function magicPacket(card: string): Uint8Array {
  const address = card.split(':').map((byte) => Number.parseInt(byte, 16));
  return Uint8Array.from([...Array<number>(6).fill(0xff), ...Array.from({ length: REPEATS }, () => address).flat()]);
}
