import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { magicPacket } from '#shared/wake-on-lan/index.ts';
import { broadcastAddress, lanInterfaces, type LanInterface } from '../discovery/index.ts';

/** Port to which the packets go: discard (RFC 863), which network cards expect and no program answers. */
const PORT = 9;
/** Times that each packet is sent, since nothing confirms one. */
const TIMES = 3;
/** Pause between them, ms. */
const PAUSE = 100;

/**
 * Sends the packets that wake machines to all computers of each local network of this machine, three times each.
 * @param cards MAC addresses, as `isCardAddress` accepts them
 * @returns number of networks into which all of them were sent; 0 without a local network, or if the system allows it in none
 */
export async function sendMagicPackets(cards: readonly string[]): Promise<number> {
  const sent = await Promise.all(lanInterfaces().map(async (one) => await sendInto(one, cards)));
  return sent.filter(Boolean).length;
}

async function sendInto(network: LanInterface, cards: readonly string[]): Promise<boolean> {
  const socket = createSocket('udp4');
  // A send reports its own error.
  socket.on('error', () => undefined);
  try {
    // Bound to the interface's address, so that the packets leave through it.
    socket.bind({ address: network.address, port: 0, exclusive: true });
    await once(socket, 'listening');
    socket.setBroadcast(true);
    for (let round = 0; round < TIMES; round += 1) {
      if (round > 0) await delay(PAUSE);
      for (const card of cards) await send(socket, magicPacket(card), broadcastAddress(network));
    }
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

function send(socket: Socket, packet: Uint8Array, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(packet, PORT, address, (error) => (error === null ? resolve() : reject(error)));
  });
}
