import type { InterfaceAddress } from '#shared/direct/index.ts';
import { DirectTransport } from '#agent/direct/index.ts';
import { UdpTransport } from '#agent/webrtc/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { createDirectSockets, interfaceAddresses } from '#node/sockets/index.ts';
import { createWebRtcSockets } from '#node/webrtc/index.ts';
import { silentLogger } from '#shared/logger.ts';

/** For a device that knows the loopback interface only: nothing of this machine's network is told to anybody. */
export const LOOPBACK_ONLY: readonly InterfaceAddress[] = [
  { interface: 'lo', address: '127.0.0.1', family: 'IPv4', internal: true },
];

/** Direct connections within this machine. */
export function loopbackDirect(interfaces: () => readonly InterfaceAddress[] = interfaceAddresses): DirectTransport {
  return new DirectTransport({
    sockets: createDirectSockets({ clock: systemClock }),
    interfaces,
    logger: silentLogger,
    loopback: true,
  });
}

/** Connections over UDP within this machine: nobody has to tell the two ends their address. */
export function loopbackUdp(): UdpTransport {
  return new UdpTransport({
    clock: systemClock,
    logger: silentLogger,
    sockets: createWebRtcSockets({ clock: systemClock, logger: silentLogger }),
    stun: () => undefined,
    isOn: () => true,
    allows: () => true,
    loopback: true,
  });
}
