import { createHash, type X509Certificate } from 'node:crypto';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { GatewayEndpoint } from '#shared/app-api/index.ts';
import { checkEndpoint, gatewayError, isPrivateAddress, type SeenCertificate } from '#shared/openclaw/gateway/index.ts';
import { cleanDetail } from '#shared/visible-text/index.ts';
import { authorizationProblem } from '../sockets/index.ts';
import { socketError } from './socket-error.ts';

/** Certificate authorities for connections without a pinned fingerprint. */
export type Authorities = Readonly<{
  /** PEM certificates; undefined for the system's authorities. */
  ca?: readonly string[] | undefined;
}>;

/** Certificate authorities, and the signal that aborts the attempt. */
export type DialOptions = Authorities & Readonly<{ signal: AbortSignal }>;

/** Open connection to a gateway and the certificate it presented; undefined without TLS. */
export type Dialed = Readonly<{ socket: Socket; certificate: (SeenCertificate & { reason: string }) | undefined }>;

/**
 * Opens a TCP connection to a gateway, with TLS if the endpoint requires it. Sends no application data and does not check the certificate yet. Used
 * by `probeGateway`, and by `dialTrusted` below. If the signal aborts, rejects with its reason.
 * @throws {GatewayError}
 */
export function dial(endpoint: GatewayEndpoint, options: DialOptions): Promise<Dialed> {
  return new Promise((resolve, reject) => {
    options.signal.throwIfAborted();
    const socket = endpoint.tls ? openTls(endpoint, options) : connectTcp({ host: endpoint.host, port: endpoint.port });
    // While no other listener is set, an error of the socket must not end the process.
    socket.on('error', ignore);
    const settle = (): void => {
      options.signal.removeEventListener('abort', onAbort);
      socket.off('error', onError).off('close', onClose);
    };
    const fail = (error: unknown): void => {
      settle();
      socket.destroy();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const onError = (error: Error): void => fail(socketError(error, endpoint));
    const onClose = (): void => fail(socketError(new Error('the connection was ended'), endpoint));
    const onAbort = (): void => fail(options.signal.reason);
    socket.on('error', onError).on('close', onClose);
    options.signal.addEventListener('abort', onAbort, { once: true });
    socket.once(endpoint.tls ? 'secureConnect' : 'connect', () => {
      try {
        const certificate = endpoint.tls ? seenCertificate(socket as TLSSocket) : undefined;
        if (!endpoint.tls) checkAddress(endpoint, socket);
        settle();
        socket.setNoDelay(true);
        resolve({ socket, certificate });
      } catch (error) {
        fail(error);
      }
    });
  });
}

/**
 * Opens a connection to a gateway that may be written to. With TLS, its certificate has the given fingerprint or, without a fingerprint, is trusted
 * by the system for this name. Used for WebSockets to gateways and for fetching setup codes.
 * @param fingerprint SHA-256 of the pinned certificate, 64 hexadecimal digits; null for none
 * @throws {GatewayError} also `gateway.fingerprint-unknown`, `gateway.fingerprint-changed`, `gateway.fingerprint-plain`, `gateway.plain-refused`
 */
export async function dialTrusted(
  endpoint: GatewayEndpoint,
  fingerprint: string | null,
  options: DialOptions,
): Promise<Socket> {
  checkEndpoint(endpoint, fingerprint);
  const { socket, certificate } = await dial(endpoint, options);
  try {
    if (certificate !== undefined) checkCertificate(certificate, fingerprint);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function checkCertificate(certificate: SeenCertificate & { reason: string }, pin: string | null): void {
  const { fingerprint, trusted, reason } = certificate;
  if (pin === fingerprint || (pin === null && trusted)) return;
  if (pin === null) {
    throw gatewayError('gateway.fingerprint-unknown', `the system does not trust the certificate: ${reason}`, {
      fingerprint,
      reason,
    });
  }
  throw gatewayError('gateway.fingerprint-changed', 'another certificate than the pinned one', {
    fingerprint,
    before: pin,
    trusted,
  });
}

function openTls({ host, port }: GatewayEndpoint, { ca }: Authorities): TLSSocket {
  return connectTls({
    host,
    port,
    // RFC 6066 section 3: an address is no server name.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca: [...ca] }),
    // `checkCertificate` decides, since it knows fingerprints; Node still verifies and reports its result.
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    ALPNProtocols: ['http/1.1'],
  });
}

function seenCertificate(socket: TLSSocket): SeenCertificate & { reason: string } {
  const certificate = peerCertificate(socket);
  // This side offers no session; a server that resumes one presents no certificate for this connection.
  if (certificate === undefined || socket.isSessionReused()) {
    throw gatewayError('gateway.tls', 'no certificate', { reason: 'no certificate was shown' });
  }
  const validUntil = Date.parse(certificate.validTo);
  return {
    fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
    trusted: socket.authorized,
    reason: socket.authorized ? '' : authorizationProblem(socket),
    subject: certificate.subject === undefined ? null : subjectText(certificate.subject),
    validUntil: Number.isNaN(validUntil) ? null : validUntil,
  };
}

function peerCertificate(socket: TLSSocket): X509Certificate | undefined {
  try {
    return socket.getPeerX509Certificate();
  } catch {
    // A certificate that TLS accepts but Node can't parse.
    return undefined;
  }
}

/** Returns the common name of a certificate's subject, else the whole subject, on one line. */
function subjectText(subject: string): string {
  const lines = subject.slice(0, 4096).split('\n');
  const common = lines.find((line) => line.startsWith('CN='))?.slice(3);
  return cleanDetail(common ?? lines.join(', '), 256);
}

/**
 * Rejects a connection without TLS that leads to a public address. Anyone in the network can answer for a name such as `desk.local`, so the connected
 * address is checked, not the name.
 */
function checkAddress({ host }: GatewayEndpoint, socket: Socket): void {
  const address = socket.remoteAddress ?? '';
  if (isPrivateAddress(address)) return;
  throw gatewayError('gateway.plain-refused', `${host} is ${address}, which is no private address`, { host });
}

function ignore(): void {
  // No caller is left to report it to.
}
