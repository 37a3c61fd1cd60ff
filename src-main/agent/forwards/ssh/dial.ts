import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '#shared/clock.ts';
import { errorMessage } from '#shared/errors.ts';
import type { Target } from '#shared/forward/index.ts';
import type { Upstream } from '../rules/index.ts';
import { SshError } from './errors.ts';

/** Longest time to open a TCP connection, ms. */
const CONNECT_TIMEOUT = 15_000;

/**
 * Opens a TCP connection from this machine to an SSH server's port. Used by SSH tunnels without a peer, and by automatic proxies. Gives up after
 * 15 s.
 * @throws {SshError} `ssh.unreachable`
 */
export function dialDirectly({ host, port }: Target, clock: Clock, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ host, port, noDelay: true });
    const timer = clock.setTimer(CONNECT_TIMEOUT, () => fail(new Error('no answer in time')));
    const settle = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', abort);
    };
    const fail = (cause: unknown): void => {
      settle();
      socket.destroy();
      const details = { reason: errorMessage(cause) };
      reject(new SshError('ssh.unreachable', `${host}:${port} cannot be reached`, { cause, details }));
    };
    const abort = (): void => fail(new Error('given up'));
    signal.addEventListener('abort', abort);
    socket.once('error', fail);
    socket.once('connect', () => {
      settle();
      socket.off('error', fail);
      socket.on('error', () => undefined);
      resolve(socket);
    });
    if (signal.aborted) abort();
  });
}

/**
 * Opens a connection to an SSH server's port from a peer, through that peer's link.
 * @param onWaiting called when a person at the peer is asked for permission
 * @throws {ClawReachError} as `Upstream.connect`
 */
export async function dialViaPeer(
  upstream: Upstream,
  target: Target,
  signal: AbortSignal,
  onWaiting: () => void,
): Promise<Duplex> {
  const remote = await upstream.connect(target, { signal, onWaiting });
  const transport = remote.toDuplex({ in: () => undefined, out: () => undefined });
  transport.on('error', () => undefined);
  return transport;
}
