import { createServer, isIP, type Server, type Socket } from 'node:net';
import { ForwardError } from '#shared/forward/index.ts';

/** An open port. */
export interface TcpListener {
  /** `host:port`, an IPv6 address in brackets. */
  readonly address: string;
  readonly port: number;
  /** Takes no more connections; those that are there go on. Idempotent. */
  close(): Promise<void>;
}

export type ListenTcpOptions = Readonly<{
  /** An address of this machine, or `localhost`. */
  host: string;
  /** 0: any free one. */
  port: number;
  /** Tried first where `port` is 0. */
  formerPort?: number;
  /** Gets each connection: paused, allowed to be half open, without delay. */
  onConnection(socket: Socket): void;
}>;

const PRIVILEGED = 1024;
/** Ports looked at for one that is free, beside the one that was wanted. */
const NEIGHBOURS = 16;

/**
 * Opens a port.
 * @throws {ForwardError} `forward.port-in-use` (details: port, free, a port that would work), `forward.port-privileged` (the same),
 *   `forward.address` (details: host), `forward.listen-failed` (details: port)
 */
export async function listenTcp(options: ListenTcpOptions): Promise<TcpListener> {
  const { port, formerPort = 0 } = options;
  // `localhost` may be two addresses; every program tries this one.
  const host = options.host.toLowerCase().replace(/\.$/, '') === 'localhost' ? '127.0.0.1' : options.host;
  if (isIP(host.split('%')[0] ?? '') === 0) throw noAddress(options.host, undefined);
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
    throw await explain(error, options.host, host, port);
  }
}

async function open(host: string, port: number, onConnection: (socket: Socket) => void): Promise<TcpListener> {
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, onConnection);
  await listening(server, host, port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a port without an address');
  // What cannot be accepted now, for want of descriptors, does not end the port.
  server.on('error', () => undefined);
  let closing: Promise<void> | undefined;
  return {
    address: host.includes(':') ? `[${host}]:${address.port}` : `${host}:${address.port}`,
    port: address.port,
    close: () => {
      closing ??= new Promise((resolve) => {
        // Called when the last connection has gone, too; the port itself is free at once.
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

async function explain(error: unknown, asked: string, host: string, port: number): Promise<ForwardError> {
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return new ForwardError('forward.port-in-use', `port ${port} is in use`, {
        cause: error,
        details: { port, free: await findFree(host, port + 1) },
      });
    case 'EACCES':
      return new ForwardError('forward.port-privileged', `port ${port} needs an administrator`, {
        cause: error,
        details: { port, free: await findFree(host, port < PRIVILEGED ? port + 8000 : port + 1) },
      });
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
    case 'ENOTFOUND':
      return noAddress(asked, error);
    default:
      return new ForwardError('forward.listen-failed', `port ${port}: ${codeOf(error)}`, {
        cause: error,
        details: { port },
      });
  }
}

function noAddress(host: string, cause: unknown): ForwardError {
  return new ForwardError('forward.address', `${host} is no address of this machine`, { cause, details: { host } });
}

/** A port that could be opened a moment ago, near the wanted one if possible. */
async function findFree(host: string, from: number): Promise<number> {
  for (let port = from; port < from + NEIGHBOURS && port <= 65_535; port += 1)
    if (await isFree(host, port)) return port;
  return (await probe(host, 0)) ?? 0;
}

async function isFree(host: string, port: number): Promise<boolean> {
  return (await probe(host, port)) !== undefined;
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

function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}
