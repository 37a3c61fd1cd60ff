import { systemCode } from '#shared/errors.ts';
import { createSocket, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import { listeningError, listeningHost, noSuchAddress } from './listening-error.ts';

/** IP address without brackets, and a port. */
export type UdpAddress = Readonly<{ address: string; port: number }>;

/** Limit of bytes that wait in this process for a busy socket; datagrams beyond it are dropped. */
export const UDP_QUEUE = 256 * 1024;

/** Receive buffer requested from the system for unread datagrams, bytes. The system may grant less. */
const RECEIVE_BUFFER = 1024 * 1024;

/** Open UDP port of this machine. */
export interface UdpSocket {
  /** `host:port`, an IPv6 address in brackets. */
  readonly address: string;
  readonly port: number;
  /** Sends one datagram, joined from the pieces, which may be views of larger buffers. Returns false if it was dropped. */
  send(pieces: readonly Uint8Array[], to: UdpAddress): boolean;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Address and port to open, and the receiver of datagrams. */
export type UdpSocketOptions = Readonly<{
  /** Address of this machine, or `localhost`. */
  host: string;
  /** Port number; 0 for any free port. */
  port: number;
  /** Port to try first if `port` is 0. */
  formerPort?: number;
  /** Called with each datagram. The receiver may keep the bytes. */
  onMessage(bytes: Uint8Array, from: UdpAddress): void;
}>;

/** UDP port that exchanges datagrams with one address only. */
export interface ConnectedUdp {
  /** Local port. */
  readonly port: number;
  /** Sends a datagram. Returns false if it was dropped. */
  send(bytes: Uint8Array): boolean;
  close(): void;
}

/** Local port, and the receivers of datagrams and refusals. */
export type ConnectUdpOptions = Readonly<{
  /** Local port to try first; 0 for any. */
  formerPort: number;
  /** Called with each datagram. */
  onMessage(bytes: Uint8Array): void;
  /** Called when the other machine reports that nothing listens at the port. */
  onRefused(): void;
}>;

/**
 * Opens a UDP port of this machine, for UDP forwards and SOCKS associations.
 * @throws {ForwardError} `forward.port-in-use` (details: port, free: a port that would work, owner), `forward.port-privileged` (port, free), `forward.address`
 * (details: host), `forward.listen-failed` (details: port)
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
    throw await listeningError(error, { asked: options.host, host, port, ownerOf: 'udp' }, probe);
  }
}

/**
 * Opens a UDP port for datagrams to and from one address: the target of a UDP forward. Rejects with the system's error if there is no route to that
 * address.
 */
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
  // An error concerns one receiver; the port still serves the others.
  socket.on('error', () => undefined);
  const bound = socket.address().port;
  let closing: Promise<void> | undefined;
  return {
    address: host.includes(':') ? `[${host}]:${bound}` : `${host}:${bound}`,
    port: bound,
    send: (pieces, to) => {
      // A forged datagram can have source port 0, which the system can't send to.
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

/** Returns the pieces to send, or undefined if too many bytes already wait. */
function fitting(socket: Socket, pieces: readonly Uint8Array[]): Uint8Array[] | undefined {
  const waiting = socket.getSendQueueSize();
  if (waiting > UDP_QUEUE) return undefined;
  // Waiting bytes are copied: a view would keep its whole buffer in memory.
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

/** Binds to the former local port if it is free; otherwise the system chooses one later. */
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
  // UDP may lose datagrams; the programs that use it retransmit.
}
