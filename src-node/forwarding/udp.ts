import { systemCode } from '#shared/errors.ts';
import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import { listeningError, listeningHost, noSuchAddress } from './listening-error.ts';

/** An IP address without brackets, and a port. */
export type UdpAddress = Readonly<{ address: string; port: number }>;

/** Bytes that may wait in this process for a socket that takes none now; what is beyond is dropped. */
export const UDP_QUEUE = 256 * 1024;

/** Receive buffer requested from the system for unread datagrams, bytes; it may grant less. */
const RECEIVE_BUFFER = 1024 * 1024;

/** A UDP port of this machine. */
export interface UdpSocket {
  /** `host:port`, an IPv6 address in brackets. */
  readonly address: string;
  readonly port: number;
  /** Bytes may be a view of a larger buffer; joined they are one datagram. False: dropped. */
  send(pieces: readonly Uint8Array[], to: UdpAddress): boolean;
  /** Idempotent. */
  close(): Promise<void>;
}

export type UdpSocketOptions = Readonly<{
  /** An address of this machine, or `localhost`. */
  host: string;
  /** 0: any free one. */
  port: number;
  /** Tried first where `port` is 0. */
  formerPort?: number;
  /** `bytes` belong to the receiver. */
  onMessage(bytes: Uint8Array, from: UdpAddress): void;
}>;

/** A UDP port that speaks with one other end only. */
export interface ConnectedUdp {
  /** Local port. */
  readonly port: number;
  /** False: dropped. */
  send(bytes: Uint8Array): boolean;
  close(): void;
}

export type ConnectUdpOptions = Readonly<{
  /** Tried first; 0: any. */
  formerPort: number;
  onMessage(bytes: Uint8Array): void;
  /** Called when the other machine reports that nothing listens there. */
  onRefused(): void;
}>;

/**
 * Opens a UDP port.
 * @throws {ForwardError} `forward.port-in-use` (details: port, free, a port that would work), `forward.port-privileged` (the same),
 *   `forward.address` (details: host), `forward.listen-failed` (details: port)
 */
export async function openUdp(options: UdpSocketOptions): Promise<UdpSocket> {
  const { port, formerPort = 0 } = options;
  const host = listeningHost(options.host);
  if (isIP(host.split('%')[0] ?? '') === 0) throw noSuchAddress(options.host, undefined);
  if (port === 0 && formerPort !== 0) {
    try {
      return await openPort(host, formerPort, options);
    } catch {
      // Any other will do.
    }
  }
  try {
    return await openPort(host, port, options);
  } catch (error) {
    throw await listeningError(error, { asked: options.host, host, port }, probe);
  }
}

/** Rejects with the system's error: there is no way to that address. */
export async function connectUdp(to: UdpAddress, options: ConnectUdpOptions): Promise<ConnectedUdp> {
  const socket = newSocket(to.address);
  socket.on('message', (bytes) => options.onMessage(bytes));
  const failed = (error: unknown): void => {
    if (systemCode(error) === 'ECONNREFUSED') options.onRefused();
  };
  try {
    await bindNear(socket, to.address, options.formerPort);
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(to.port, to.address, () => {
        socket.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.on('error', failed);
  const sent = (error: Error | null): void => {
    if (error !== null) failed(error);
  };
  let isOpen = true;
  return {
    port: socket.address().port,
    send: (bytes) => {
      const kept = isOpen ? fitting(socket, [bytes]) : undefined;
      if (kept !== undefined) socket.send(kept, sent);
      return kept !== undefined;
    },
    close: () => {
      if (isOpen) socket.close();
      isOpen = false;
    },
  };
}

async function openPort(host: string, port: number, options: Pick<UdpSocketOptions, 'onMessage'>): Promise<UdpSocket> {
  const socket = newSocket(host);
  socket.on('message', (bytes, { address, port: from }) => options.onMessage(bytes, { address, port: from }));
  await bind(socket, port, host);
  // What one other end says of a datagram is nothing to the others.
  socket.on('error', () => undefined);
  const bound = socket.address().port;
  let closing: Promise<void> | undefined;
  return {
    address: host.includes(':') ? `[${host}]:${bound}` : `${host}:${bound}`,
    port: bound,
    send: (pieces, to) => {
      // Whoever sent from port 0, which a forged datagram can say, gets no answer: the system knows no such port.
      const kept = closing === undefined && to.port > 0 ? fitting(socket, pieces) : undefined;
      if (kept !== undefined) socket.send(kept, to.port, to.address, ignore);
      return kept !== undefined;
    },
    close: () => {
      closing ??= new Promise((resolve) => {
        socket.close(() => resolve());
      });
      return closing;
    },
  };
}

function newSocket(address: string): Socket {
  const family = isIP(address.split('%')[0] ?? '') === 6 ? 6 : 4;
  return createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    // One family a socket: an IPv4 address never comes in another form.
    ipv6Only: family === 6,
    recvBufferSize: RECEIVE_BUFFER,
    // Addresses only: nothing is looked up here, and a datagram leaves in the same turn.
    lookup: (host, _options, callback) => callback(null, host, family),
  });
}

/** Returns the datagrams to send, or undefined if too many already wait. */
function fitting(socket: Socket, pieces: readonly Uint8Array[]): Uint8Array[] | undefined {
  const waiting = socket.getSendQueueSize();
  if (waiting > UDP_QUEUE) return undefined;
  // What has to wait is copied: a view would keep all of its buffer.
  return waiting === 0 ? [...pieces] : pieces.map((piece) => piece.slice());
}

function bind(socket: Socket, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ port, address: host, exclusive: true }, () => {
      socket.removeAllListeners('error');
      resolve();
    });
  });
}

/** Binds to the port it had before, if that is free, else leaves the choice to the system. */
async function bindNear(socket: Socket, address: string, formerPort: number): Promise<void> {
  if (formerPort === 0) return;
  const any = isIP(address) === 6 ? '::' : '0.0.0.0';
  await new Promise<void>((resolve) => {
    socket.once('error', () => resolve());
    socket.bind({ port: formerPort, address: any, exclusive: true }, () => resolve());
  });
  socket.removeAllListeners('error');
}

async function probe(host: string, port: number): Promise<number | undefined> {
  try {
    const opened = await openPort(host, port, { onMessage: () => undefined });
    await opened.close();
    return opened.port;
  } catch {
    return undefined;
  }
}

function ignore(): void {
  // Lost datagrams are the programs' own business.
}
