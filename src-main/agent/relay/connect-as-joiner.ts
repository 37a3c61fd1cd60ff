import { parseRelayUrl } from '#shared/relay-dialer/index.ts';
import type { ClawReachError } from '#shared/errors.ts';
import { ControlClient, type AuthenticatedMessage, type AuthenticatedRelay } from './control-client.ts';
import { RelayClientError, protocolError } from './errors.ts';
import { MailboxClient, type ClaimedMailbox, type ClaimTarget } from './mailbox-client.ts';
import { Requests } from './requests.ts';
import type { RelayClientOptions } from './types.ts';

/** Relay connection of a joiner. The relay doesn't know the device yet, so the connection can only claim one mailbox. */
export type JoinerConnection = Readonly<{
  /** Ed25519 key of the relay, which the relay has proved. */
  relayKey: Uint8Array;
  /** SHA-256 of the relay's TLS key; empty without TLS. */
  tlsPin: Uint8Array;
  /**
   * Claims the mailbox of an invitation, or of a device that waits for pairing by ID.
   * @throws {RelayClientError} `relay.nameplate`, `relay.mailbox`, `relay.rate`, …
   */
  claimMailbox(target: ClaimTarget): Promise<ClaimedMailbox>;
  close(): void;
}>;

/**
 * Connects to a relay as a joiner, to pair with a device that waits there. Used by `joinerRelay` of the network module when no other connection leads
 * to that relay. Doesn't retry, since a person is waiting for the result.
 * @throws {ClawReachError} `relay.*`, by the reason why the connection failed; `relay.aborted` if the signal aborts
 */
export function connectAsJoiner(options: RelayClientOptions, signal?: AbortSignal): Promise<JoinerConnection> {
  const endpoint = parseRelayUrl(options.config.url, { insecure: options.config.insecure === true });
  return new Promise((resolve, reject) => {
    const requests = new Requests(options.clock);
    const mailboxes = new MailboxClient(requests, options.clock, (message) => control.send(message));
    const settle = (): void => signal?.removeEventListener('abort', onAbort);
    const onAbort = (): void => control.fail(new RelayClientError('relay.aborted', 'given up'));
    // A page sees no certificate, which a relay accepts of a browser alone; one without a project may do there what a joiner may.
    const role = options.role === 'browser' ? 'browser' : 'joiner';
    const control: ControlClient = new ControlClient(options, endpoint, role, {
      opened({ welcome, relayKey, tlsPin }: AuthenticatedRelay): void {
        settle();
        mailboxes.connected(welcome.version);
        resolve({
          relayKey,
          tlsPin,
          claimMailbox: (target) => mailboxes.claim(target),
          close: () => control.close(),
        });
      },
      message: (message) => handle(message, requests, mailboxes),
      earlyData: () => {
        throw protocolError('unexpected early data');
      },
      closed(error: ClawReachError): void {
        settle();
        requests.lost(error);
        mailboxes.lost();
        reject(error);
      },
    });
    if (signal?.aborted === true) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    control.open();
  });
}

function handle(message: AuthenticatedMessage, requests: Requests, mailboxes: MailboxClient): void {
  if (message.type === 'mailbox-claimed' || message.type === 'error') requests.settle(message);
  else if (message.type === 'mailbox-message' || message.type === 'mailbox-closed') mailboxes.handle(message);
  // A joiner doesn't wait for a restart: the pairing ends with the connection.
  else if (message.type !== 'restarting') throw protocolError(`unexpected ${message.type}`);
}
