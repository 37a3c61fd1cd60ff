import type { ClawReachError } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { ByteChannel } from '#shared/link/index.ts';
import { parseRelayUrl } from '#shared/relay-dialer/index.ts';
import { ControlClient, type AuthenticatedMessage, type AuthenticatedRelay } from './control-client.ts';
import { protocolError, RelayClientError } from './errors.ts';
import { PendingConnections } from './pending-connections.ts';
import type { RelayClientOptions } from './types.ts';

/** Relay connection of a guest, which may call one device: the one that opened the share. */
export type GuestConnection = Readonly<{
  /** Ed25519 key of the relay, which the relay has proved. */
  relayKey: Uint8Array;
  /** Device that opened the share, as the relay says; the device that answers proves that it knows the secret of the share. */
  host: PeerId;
  /** Calls the device. @throws {RelayClientError} `relay.refused.<reason>`, `relay.no-answer`, `relay.aborted` */
  connect(message1: Uint8Array, signal: AbortSignal): Promise<Readonly<{ message2: Uint8Array; channel: ByteChannel }>>;
  /** True until the connection has ended. */
  readonly isOpen: boolean;
  /** Closes the connection. Channels in use go on. */
  close(): void;
}>;

/**
 * Connects to a relay as a guest of a share. Doesn't retry: the caller decides.
 * @throws {ClawReachError} `relay.share` if nothing is shared under this ID now; other `relay.*`
 */
export function connectAsGuest(
  options: RelayClientOptions & Readonly<{ share: string }>,
  signal: AbortSignal,
): Promise<GuestConnection> {
  const endpoint = parseRelayUrl(options.config.url, { insecure: options.config.insecure === true });
  const { crypto, clock, logger, dialer } = options;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => control.fail(new RelayClientError('relay.aborted', 'given up'));
    const connections = new PendingConnections({
      crypto,
      clock,
      logger,
      send: (message) => control.send(message),
      sendEarlyData: (bytes) => control.sendEarlyData(bytes),
      dialLink: (ticket, until) => dialer.link(endpoint, { ticket, signal: until }),
      incoming: () => undefined,
    });
    const control: ControlClient = new ControlClient(options, endpoint, 'guest', {
      opened({ relayKey, welcome }: AuthenticatedRelay): void {
        const { host } = welcome;
        if (host === undefined) {
          control.fail(protocolError('a welcome without a host'));
          return;
        }
        resolve({
          relayKey,
          host: host as PeerId,
          get isOpen() {
            return control.isOpen;
          },
          connect: (message1, until) => connections.connect(host as PeerId, message1, until),
          close: () => control.close(),
        });
      },
      message: (message) => handle(message, connections),
      earlyData: (bytes) => connections.handleEarlyData(bytes),
      closed(error: ClawReachError): void {
        signal.removeEventListener('abort', onAbort);
        connections.lost(error);
        reject(error);
      },
    });
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    control.open();
  });
}

function handle(message: AuthenticatedMessage, connections: PendingConnections): void {
  switch (message.type) {
    case 'accepted':
    case 'attach':
    case 'refused':
    case 'early-end':
    case 'closed':
      connections.handle(message);
      return;
    case 'error':
    case 'restarting':
      // A call that comes too soon is refused as well, and a restart ends the connection.
      return;
    default:
      throw protocolError(`unexpected ${message.type}`);
  }
}
