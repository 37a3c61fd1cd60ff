import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { DialError, type RelayEndpoint } from '#shared/relay-dialer/index.ts';
import type { Clock } from '#shared/clock.ts';
import { dialErrorOf } from './errors.ts';
import type { NetworkRoute } from './proxy/network-route.ts';
import type { ProxyAddress } from './proxy/proxy-address.ts';
import { openTunnel } from './proxy/proxy-tunnel.ts';
import { verifyServerCertificate } from './tls-trust.ts';

/** Time limit of connecting, ms: for TCP and TLS together, or for each of the two parts if a proxy is used. */
const CONNECT_TIMEOUT = 10_000;

/** Open socket to a relay. */
export type DialedSocket = Readonly<{
  socket: Socket;
  /** SHA-256 of the SPKI of the server's certificate; empty without TLS. */
  tlsPin: Uint8Array;
}>;

/** Clock, time limit, route and trust of a connection to a relay. */
export type DialSocketOptions = Readonly<{
  clock: Clock;
  signal: AbortSignal;
  /** SHA-256 of the SPKI that the certificate must have; undefined for the check of name and authority. */
  tlsPin?: Uint8Array | undefined;
  /** Time limit of connecting, ms; default 10 000. */
  timeout?: number | undefined;
  /** Proxy and trusted certificate authorities; undefined for a direct connection and the program's default authorities. */
  route?: NetworkRoute | undefined;
  /**
   * Called with each chunk read into one reused buffer. The chunk is valid during the call; returning false pauses the socket until `resume`. If
   * undefined, the socket is an ordinary stream.
   */
  onread?: ((chunk: Uint8Array) => boolean) | undefined;
}>;

/**
 * Sizes of read buffers, bytes. A read with TLS never returns more than a TLS record of 16 KiB; without TLS, large reads make bulk transfers fast
 * (docs/PERFORMANCE.md).
 */
const READ_BUFFER = { plain: 256 * 1024, tls: 64 * 1024 };

/**
 * Opens a TCP connection to a relay, through a proxy if the route names one, and TLS inside if the endpoint requires it. The first step of every
 * control and data connection that `createRelayDialer` opens. The certificate is checked before any application data is sent.
 * @throws {DialError} `relay.dns`, `relay.connection-refused`, `relay.unreachable`, `relay.timeout`, `relay.tls`, `relay.untrusted`,
 * `relay.tls-certificate`, `relay.pin-mismatch`, `relay.aborted`; `relay.proxy-*` as `openTunnel`
 */
export async function dialSocket(endpoint: RelayEndpoint, options: DialSocketOptions): Promise<DialedSocket> {
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

/**
 * Connects to the endpoint and, if required, adds TLS.
 * @param tunnel connection to the endpoint through a proxy, already open; undefined for a direct connection
 */
function secure(endpoint: RelayEndpoint, options: DialSocketOptions, tunnel?: Socket): Promise<DialedSocket> {
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
      // Later errors of the abandoned socket must not end the process.
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
    // `verifyServerCertificate` decides, since it knows pins; Node still verifies and reports its result.
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
  // Not a Buffer: its `slice` is a view, and a receiver that keeps one would see the next chunk's bytes.
  return { onread: { buffer: new Uint8Array(size), callback } };
}

/** Delivers the reads of a tunnel to `onread`. Node opened that socket without `onread`, so it allocates a buffer for each read. */
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
  // No caller is left to report it to.
}
