import { connect as connectTls, type TLSSocket } from 'node:tls';
import { parseRelayUrl } from '#shared/relay-dialer/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import type { Session } from '#shared/link/index.ts';
import { spkiPin } from '#node/sockets/index.ts';
import { openingError, OPENING_LIMITS, StreamDuplex } from '../forwards/rules/index.ts';

/** Result of `probeRelay`. */
export type RelayProbe = Readonly<{
  /** `same`: the relay with the given pin. `other`: a server with another certificate, or without TLS. `unreachable`: no server. */
  found: 'same' | 'other' | 'unreachable';
  /** Error code (a key of `ERROR_TEXTS`) if unreachable; null otherwise. */
  problem: string | null;
}>;

/** Time limit of the TLS handshake, ms. */
const HANDSHAKE = 10_000;

/**
 * Checks from a peer whether a relay can be reached at a URL, for a relay on this machine. Opens a TCP connection through the peer, which needs the
 * peer's permission as a forward does, starts a TLS handshake on it and compares the certificate. Sends nothing else. Called for `relay.probe` of the
 * app API.
 * @param pin SHA-256 of the relay's TLS key, hexadecimal
 * @throws {DialError} `relay.url`
 */
export async function probeRelay(
  session: Pick<Session, 'open'>,
  { url, pin, clock, signal }: Readonly<{ url: string; pin: string; clock: Clock; signal: AbortSignal }>,
): Promise<RelayProbe> {
  const { host, port } = parseRelayUrl(url, { insecure: true });
  let duplex: StreamDuplex;
  try {
    const stream = session.open('tcp', { to: { host, port } }, { priority: 'normal' });
    const giveUp = (): void => stream.reset(0);
    const late = clock.setTimer(OPENING_LIMITS.approval, giveUp);
    signal.addEventListener('abort', giveUp, { once: true });
    await stream.opened.finally(() => {
      late.cancel();
      signal.removeEventListener('abort', giveUp);
    });
    duplex = new StreamDuplex(stream, { in: () => undefined, out: () => undefined });
  } catch (error) {
    return { found: 'unreachable', problem: errorCode(openingError(error)) };
  }
  const seen = await certificateOf(duplex, clock, signal);
  return { found: seen === pin.toLowerCase() ? 'same' : 'other', problem: null };
}

/** Returns the pin of the server's certificate; undefined without TLS. */
function certificateOf(duplex: StreamDuplex, clock: Clock, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    // The certificate is only compared, so it needn't be trusted.
    const socket: TLSSocket = connectTls({ socket: duplex, rejectUnauthorized: false });
    const end = (seen?: string): void => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      resolve(seen);
      socket.destroy();
      duplex.destroy();
    };
    const onAbort = (): void => end();
    const timer = clock.setTimer(HANDSHAKE, onAbort);
    signal.addEventListener('abort', onAbort, { once: true });
    duplex.on('error', () => end());
    socket.on('error', () => end());
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate();
      end(certificate === undefined ? undefined : toHex(spkiPin(certificate)));
    });
  });
}
