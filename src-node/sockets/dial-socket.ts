import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Clock } from '#shared/clock.ts';
import { DialError, dialErrorOf } from './errors.ts';
import type { NetworkRoute } from './proxy/network-route.ts';
import type { ProxyAddress } from './proxy/proxy-address.ts';
import { openTunnel } from './proxy/proxy-tunnel.ts';
import type { RelayEndpoint } from './relay-url.ts';
import { verifyServerCertificate } from './tls-trust.ts';

/** TCP and TLS together must be up by then, ms; through a proxy each of the two parts of the way. */
const CONNECT_TIMEOUT = 10_000;

export type DialledSocket = Readonly<{
  socket: Socket;
  /** SHA-256 of the SPKI that was seen; empty without TLS. */
  tlsPin: Uint8Array;
}>;

export type DialSocketOptions = Readonly<{
  clock: Clock;
  signal: AbortSignal;
  tlsPin?: Uint8Array | undefined;
  /** ms until TCP and TLS are up; default 10 000. */
  timeout?: number | undefined;
  /** Proxy and trusted certificates; without it, a direct connection and the certificates the program trusts anyway. */
  route?: NetworkRoute | undefined;
  /** Reads into one reused buffer: the chunk is lent, false pauses the socket until `resume`. Without it the socket is an ordinary stream. */
  onread?: ((chunk: Uint8Array) => boolean) | undefined;
}>;

/**
 * Sizes of read buffers, bytes. With TLS a read never returns more than a TLS record of 16 KiB; without it, large reads
 * make bulk fast (PERFORMANCE).
 */
const READ_BUFFER = { plain: 256 * 1024, tls: 64 * 1024 };

/**
 * Opens TCP, through a proxy where the route names one, and TLS with the relay inside of it where the endpoint asks for
 * it. The certificate is checked before anything is sent.
 * @throws {DialError} `relay.dns`, `relay.connection-refused`, `relay.unreachable`, `relay.timeout`, `relay.tls`,
 *   `relay.untrusted`, `relay.tls-certificate`, `relay.pin-mismatch`, `relay.aborted`; `relay.proxy-*` as `openTunnel`
 */
export async function dialSocket(endpoint: RelayEndpoint, options: DialSocketOptions): Promise<DialledSocket> {
  const proxy = await findProxy(endpoint, options);
  if (proxy === undefined) return secure(endpoint, options);
  const { clock, signal, timeout = CONNECT_TIMEOUT } = options;
  return secure(endpoint, options, await openTunnel(proxy, endpoint.authority, { clock, signal, timeout }));
}

function findProxy(endpoint: RelayEndpoint, options: DialSocketOptions): Promise<ProxyAddress | undefined> {
  return new Promise((resolve, reject) => {
    const { clock, signal, timeout = CONNECT_TIMEOUT, route } = options;
    if (signal.aborted || route === undefined) {
      if (signal.aborted) reject(aborted());
      else resolve(undefined);
      return;
    }
    const settle = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (error: unknown): void => {
      settle();
      reject(error);
    };
    const onAbort = (): void => fail(aborted());
    const timer = clock.setTimer(timeout, () => fail(timedOut(endpoint)));
    signal.addEventListener('abort', onAbort, { once: true });
    route.proxyFor(endpoint).then((proxy) => {
      settle();
      resolve(proxy);
    }, fail);
  });
}

/** @param tunnel what leads to the endpoint already, where something does */
function secure(endpoint: RelayEndpoint, options: DialSocketOptions, tunnel?: Socket): Promise<DialledSocket> {
  return new Promise((resolve, reject) => {
    if (options.signal.aborted) {
      tunnel?.destroy();
      reject(aborted());
      return;
    }
    const isUp = tunnel !== undefined && !endpoint.tls;
    const socket = endpoint.tls ? openTls(endpoint, options, tunnel) : (tunnel ?? openTcp(endpoint, options));
    const timer = options.clock.setTimer(options.timeout ?? CONNECT_TIMEOUT, () => fail(timedOut(endpoint)));
    const settle = (): void => {
      timer.cancel();
      options.signal.removeEventListener('abort', onAbort);
      socket.off('error', onError).off('close', onClose);
    };
    const fail = (error: DialError): void => {
      settle();
      // Errors of a socket nobody waits for any more must not end the process.
      socket.on('error', ignore);
      socket.destroy();
      tunnel?.destroy();
      reject(error);
    };
    const onError = (error: Error): void => fail(dialErrorOf(error, endpoint));
    const onClose = (): void => fail(dialErrorOf(new Error('closed while connecting'), endpoint));
    const onAbort = (): void => fail(aborted());
    const onUp = (): void => {
      try {
        const tlsPin = endpoint.tls ? verifyServerCertificate(socket as TLSSocket, options.tlsPin) : new Uint8Array(0);
        settle();
        (tunnel ?? socket).setNoDelay(true);
        if (tunnel !== undefined) lendEvents(socket, options);
        resolve({ socket, tlsPin });
      } catch (error) {
        fail(error instanceof DialError ? error : dialErrorOf(error, endpoint));
      }
    };
    socket.on('error', onError).on('close', onClose);
    options.signal.addEventListener('abort', onAbort, { once: true });
    if (isUp) onUp();
    else socket.once(endpoint.tls ? 'secureConnect' : 'connect', onUp);
  });
}

function openTcp(endpoint: RelayEndpoint, options: DialSocketOptions): Socket {
  return connectTcp({ host: endpoint.host, port: endpoint.port, ...reading(options, READ_BUFFER.plain) });
}

function openTls(endpoint: RelayEndpoint, options: DialSocketOptions, tunnel: Socket | undefined): TLSSocket {
  const secureContext = options.route?.secureContext();
  return connectTls({
    host: endpoint.host,
    port: endpoint.port,
    // RFC 6066 section 3: an address is no server name.
    ...(isIP(endpoint.host) === 0 ? { servername: endpoint.host } : {}),
    // Judged by checkCertificate, which knows of pins; Node still verifies and tells what it found.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
    ...(secureContext === undefined ? {} : { secureContext }),
    ...(tunnel === undefined ? reading(options, READ_BUFFER.tls) : { socket: tunnel }),
  });
}

function reading(options: DialSocketOptions, size: number): { onread?: OnReadOpts } {
  const { onread } = options;
  if (onread === undefined) return {};
  const callback = (length: number, buffer: Uint8Array): boolean => onread(buffer.subarray(0, length));
  // No Buffer: its `slice` is a view, and a receiver that copies a lent chunk with it would keep the memory of the next one.
  return { onread: { buffer: new Uint8Array(size), callback } };
}

/** Delivers reads of a socket that Node has not opened itself, and that allocates a buffer for each read. */
function lendEvents(socket: Socket, { onread }: DialSocketOptions): void {
  if (onread === undefined) return;
  socket.on('data', (chunk: Buffer) => {
    if (!onread(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length))) socket.pause();
  });
  socket.resume();
}

function aborted(): DialError {
  return new DialError('relay.aborted', 'given up');
}

function timedOut(endpoint: RelayEndpoint): DialError {
  return new DialError('relay.timeout', 'no connection in time', { details: { authority: endpoint.authority } });
}

function ignore(): void {
  // Nobody is left to hear it.
}
