import { createServer, isIP, type Server, type Socket } from 'node:net';
import { listeningError, listeningHost, noSuchAddress } from './listening-error.ts';

/** Open TCP port of this machine. */
export interface TcpListener {
  /** `host:port`, an IPv6 address in brackets. */
  readonly address: string;
  readonly port: number;
  /** Accepts no more connections; existing ones continue. Idempotent. */
  close(): Promise<void>;
}

/** Address and port to open, and the receiver of connections. */
export type ListenTcpOptions = Readonly<{
  /** Address of this machine, or `localhost`. */
  host: string;
  /** Port number; 0 for any free port. */
  port: number;
  /** Port to try first if `port` is 0. */
  formerPort?: number;
  /** True to name the program that holds a taken port: for this device's person, not for a peer. */
  namesOwner?: boolean;
  /** Called with each connection: paused, half-open allowed, without Nagle's delay. */
  onConnection(socket: Socket): void;
}>;

/**
 * Opens a TCP port of this machine. Used for the forwards that a person has set up on this device, and for the ports that a peer may open here.
 * @throws {ForwardError} `forward.port-in-use` (details: port, free: a port that would work, owner), `forward.port-privileged` (port, free), `forward.address`
 * (details: host), `forward.listen-failed` (details: port)
 */
export async function listenTcp(options: ListenTcpOptions): Promise<TcpListener> {
  const { port, formerPort = 0 } = options;
  const host = listeningHost(options.host);
  if (isIP(host.split('%')[0] ?? '') === 0) throw noSuchAddress(options.host, undefined);
  if (port === 0 && formerPort !== 0) {
    try {
      return await open(host, formerPort, options.onConnection);
    } catch {
      // Any other will do.
    }
  }
  try {
    return await open(host, port, options.onConnection);
  } catch (error) {
    throw await listeningError(
      error,
      { asked: options.host, host, port, ownerOf: options.namesOwner === true ? 'tcp' : undefined },
      probe,
    );
  }
}

async function open(host: string, port: number, onConnection: (socket: Socket) => void): Promise<TcpListener> {
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, onConnection);
  await listening(server, host, port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port without an address');
  // Without free file descriptors only the new connection fails, not the port.
  server.on('error', () => undefined);
  let closing: Promise<void> | undefined;
  return {
    address: host.includes(':') ? `[${host}]:${address.port}` : `${host}:${address.port}`,
    port: address.port,
    close: () => {
      closing ??= new Promise((resolve) => {
        // The callback of `close` would wait for the last connection; the port itself is free at once.
        server.close();
        setImmediate(resolve);
      });
      return closing;
    },
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function probe(host: string, port: number): Promise<number | undefined> {
  try {
    const listener = await open(host, port, (socket) => socket.destroy());
    await listener.close();
    return listener.port;
  } catch {
    return undefined;
  }
}
