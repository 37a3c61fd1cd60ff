import type { ClawReachError } from '#shared/errors.ts';
import { parseRelayUrl } from '#node/sockets/index.ts';
import { ControlLink, type OpenFacts, type OpenMessage } from './control-link.ts';
import { RelayClientError } from './errors.ts';
import { MailboxClient, type ClaimedMailbox, type ClaimTarget } from './mailbox-client.ts';
import { protocolError } from './problems.ts';
import { Requests } from './requests.ts';
import type { RelayClientOptions } from './types.ts';

/** Relay connection of a joiner, a device that the relay doesn't know. It can only claim one mailbox. */
export type JoinerConnection = Readonly<{
  /** Ed25519 key of the relay, proved by its welcome. */
  relayKey: Uint8Array;
  /** SHA-256 of the relay's TLS key; empty without TLS. */
  tlsPin: Uint8Array;
  /** Claims the mailbox of an invitation. @throws {RelayClientError} `relay.nameplate`, `relay.mailbox`, `relay.rate`, … */
  claimMailbox(target: ClaimTarget): Promise<ClaimedMailbox>;
  close(): void;
}>;

/**
 * Connects to a relay to join an invitation. Tries once, since a user waits.
 * @throws {ClawReachError} reason why the connection failed (`relay.*`); `relay.aborted`
 */
export function connectAsJoiner(options: RelayClientOptions, signal?: AbortSignal): Promise<JoinerConnection> {
  const endpoint = parseRelayUrl(options.config.url, { insecure: options.config.insecure === true });
  return new Promise((resolve, reject) => {
    const requests = new Requests(options.clock);
    const mailboxes = new MailboxClient(requests, options.clock, (message) => link.send(message));
    const settle = (): void => signal?.removeEventListener('abort', onAbort);
    const onAbort = (): void => link.fail(new RelayClientError('relay.aborted', 'given up'));
    const link: ControlLink = new ControlLink(options, endpoint, 'joiner', {
      opened({ relayKey, tlsPin }: OpenFacts): void {
        settle();
        resolve({
          relayKey,
          tlsPin,
          claimMailbox: (target) => mailboxes.claim(target),
          close: () => link.close(),
        });
      },
      message: (message) => handle(message, requests, mailboxes),
      binary: () => {
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
    link.open();
  });
}

function handle(message: OpenMessage, requests: Requests, mailboxes: MailboxClient): void {
  if (message.type === 'mailbox-claimed' || message.type === 'error') requests.settle(message);
  else if (message.type === 'mailbox-message' || message.type === 'mailbox-closed') mailboxes.handle(message);
  // A joiner doesn't wait for a restart: the pairing ends with the connection.
  else if (message.type !== 'restarting') throw protocolError(`unexpected ${message.type}`);
}
