import { createSocket, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { decode, encode, type Question } from 'dns-packet';
import type { FoundGateway } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';
import { Announcements, GATEWAY_SERVICE } from './announcements.ts';

const GROUP = '224.0.0.251';
const MDNS_PORT = 5353;
/** Largest packet that is read, bytes (RFC 6762 section 17). */
const LARGEST_PACKET = 9000;
/** Limit of packets read in one search, against floods. */
const MOST_PACKETS = 512;
const MOST_INTERFACES = 16;

/** Duration, signal and network of a search. */
export type DiscoverOptions = Readonly<{
  clock: Clock;
  signal: AbortSignal;
  /** Duration of the search, ms; default 2000. */
  duration?: number | undefined;
  /** UDP port for tests; default 5353. */
  port?: number | undefined;
  /** Addresses of this machine to send from; default one IPv4 address of each interface. */
  interfaces?: readonly string[] | undefined;
}>;

/**
 * Searches the local network for OpenClaw gateways by multicast DNS (RFC 6762): opens a UDP socket, sends questions and collects answers until the
 * duration has passed. Used by `createGatewayMachine`. If the signal aborts, rejects with its reason.
 * @throws {GatewayError} `gateway.discovery` (details: reason)
 */
export async function discover(options: DiscoverOptions): Promise<readonly FoundGateway[]> {
  const { clock, signal, duration = 2000, port = MDNS_PORT } = options;
  signal.throwIfAborted();
  const announcements = new Announcements();
  const interfaces = (options.interfaces ?? addresses()).slice(0, MOST_INTERFACES);
  // Shares the port with the system's responder; if that refuses, answers come to a port of our own.
  const socket = (await open(port)) ?? (await open(0));
  if (socket === undefined) {
    throw gatewayError('gateway.discovery', 'no socket', { reason: 'no port can be opened' });
  }
  try {
    listen(socket, announcements);
    for (const address of interfaces) join(socket, address);
    const ask = (questions: readonly Question[]): Promise<boolean> => sendAll(socket, questions, port, interfaces);
    const service: Question = { name: GATEWAY_SERVICE, type: 'PTR' };
    if (!(await ask([service]))) {
      throw gatewayError('gateway.discovery', 'nothing was sent', {
        reason: 'nothing can be sent to the local network',
      });
    }
    // Asks again, since datagrams get lost, and asks for records that the first answers left out.
    for (const part of [1, 2]) {
      await wait(clock, signal, duration / 3);
      await ask([...(part === 1 ? [service] : []), ...announcements.missing()]);
    }
    await wait(clock, signal, duration / 3);
    return announcements.found();
  } finally {
    socket.close();
  }
}

function open(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    socket.once('error', () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind({ port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      // Errors concern single datagrams; the next ones may work.
      socket.on('error', () => undefined);
      resolve(socket);
    });
  });
}

function listen(socket: Socket, announcements: Announcements): void {
  let left = MOST_PACKETS;
  socket.on('message', (message) => {
    if (left === 0 || message.length > LARGEST_PACKET) return;
    left -= 1;
    try {
      const packet = decode(message);
      if (packet.type === 'response') announcements.add(packet);
    } catch {
      // Anyone in the network can send bytes that are not DNS.
    }
  });
}

function join(socket: Socket, address: string): void {
  try {
    socket.addMembership(GROUP, address);
  } catch {
    // An interface without multicast; the others still work.
  }
}

/**
 * Sends questions from all interfaces, one after another.
 * @returns whether they were sent from any interface
 */
async function sendAll(
  socket: Socket,
  questions: readonly Question[],
  port: number,
  interfaces: readonly string[],
): Promise<boolean> {
  if (questions.length === 0) return true;
  const packet = queryPacket(questions);
  if (packet === undefined) return false;
  let sent = false;
  // One after another: the interface is a setting of the socket.
  for (const address of interfaces) sent = (await send(socket, packet, port, address)) || sent;
  return sent;
}

/** Encodes a DNS query; undefined if an announced name can't be encoded. */
function queryPacket(questions: readonly Question[]): Uint8Array | undefined {
  try {
    return encode({ type: 'query', id: 0, flags: 0, questions: [...questions] });
  } catch {
    return undefined;
  }
}

function send(socket: Socket, packet: Uint8Array, port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      socket.setMulticastInterface(address);
      socket.setMulticastTTL(255);
      socket.send(packet, port, GROUP, (error) => resolve(!error));
    } catch {
      // The interface has just disappeared.
      resolve(false);
    }
  });
}

function wait(clock: Clock, signal: AbortSignal, time: number): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const onAbort = (): void => {
      timer.cancel();
      reject(signal.reason as Error);
    };
    const timer = clock.setTimer(time, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** Returns one IPv4 address of each interface except loopback. */
function addresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((all) => {
    const first = all?.find(({ family, internal }) => family === 'IPv4' && !internal);
    return first === undefined ? [] : [first.address];
  });
}
