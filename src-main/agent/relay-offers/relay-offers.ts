import type { ApprovalFact, CallInput, EventPayload, RelayStatus } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { askAgainText, type ApprovalRequest, type ApprovalStore } from '../core/approvals/index.ts';
import { answerPeer } from '../core/peer-question.ts';
import { isUncompared, type PeerRecord } from '../peers/index.ts';
import { offerOf, relayOffer, sendRelayOffer, type RelayOffer } from './messages.ts';

/** Longest time to wait for the relay connection after a person has accepted the relay, ms. The peer may have to enrol this device first. */
const CONNECT_PATIENCE = 20_000;

/** Dependencies of `RelayOffers`. */
export type RelayOffersOptions = Readonly<{
  logger: Logger;
  approvals: Pick<ApprovalStore, 'request' | 'pauseLeft'>;
  peers: Readonly<{ get(peerId: PeerId): Pick<PeerRecord, 'pairing'> | undefined }>;
  relay: Readonly<{
    readonly status: RelayStatus;
    change(input: CallInput<'relay.configure'>, signal: AbortSignal): Promise<RelayStatus>;
    ready(timeout: number, signal: AbortSignal): Promise<RelayStatus>;
  }>;
  /** Called if a relay that the person here has approved can't be used. */
  onFailed(failure: Omit<EventPayload<'relayOffers.failed'>, 'name'>, peerId: PeerId): void;
}>;

/**
 * Offers this device's relay to peers, and asks the person here about the relay that a peer offers. A relay is set only after the person has approved
 * that request; it can't be approved for good. Dials nothing before.
 */
export class RelayOffers {
  readonly #options: RelayOffersOptions;

  constructor(options: RelayOffersOptions) {
    this.#options = options;
  }

  /**
   * Offers this device's relay to a peer and waits for the person there.
   * @param session connects to the peer
   * @returns true if the peer is connected to the relay
   * @throws {ClawReachError} `relay-offer.none` without a relay that other machines can reach with TLS; errors of `sendRelayOffer`
   */
  async offer(
    session: () => Promise<Pick<Session, 'open'>>,
    options: Parameters<typeof sendRelayOffer>[2],
  ): Promise<boolean> {
    const offer = offerOf(this.#options.relay.status);
    if (offer === undefined) throw new ClawReachError('relay-offer.none', 'this device has no relay to offer');
    return await sendRelayOffer(await session(), offer, options);
  }

  /** Asks the person about a peer's offer, and uses the relay if it is approved. Called by `StreamGate` for each stream that `isRelayOffer` accepts. */
  async serve(stream: IncomingStream, peerId: PeerId): Promise<void> {
    const { approvals } = this.#options;
    const offer = safeParse(relayOffer, stream.params);
    if (!offer.success) {
      stream.refuse('relay-offer.params', 'the offer names no relay that this device could use');
      return;
    }
    const asked = this.#question(peerId, offer.data);
    if (this.#isInUse(offer.data) && this.#isCompared(peerId)) {
      // Answered from what is known: a peer's question hurries no connection.
      answerPeer(stream, { online: this.#options.relay.status.state === 'online' });
      return;
    }
    stream.wait('approval');
    const outcome = await approvals.request(asked, stream.cancelled);
    if (outcome === 'withdrawn' && stream.cancelled.aborted) {
      stream.refuse('rights.withdrawn', 'the offer was withdrawn before it was answered');
    } else if (outcome === 'expired') {
      stream.refuse('rights.unanswered', 'no one at this device answered the offer');
    } else if (outcome !== 'approved') {
      const left = approvals.pauseLeft(asked);
      stream.refuse('relay-offer.declined', `this device does not use your relay${askAgainText(left)}`, left);
    } else if (instead(asked) !== instead(this.#question(peerId, offer.data))) {
      stream.refuse('relay-offer.changed', 'this device uses another relay now than when its person was asked');
      const stale = new ClawReachError('relay-offer.stale', 'the relay was changed after the offer was shown');
      this.#failed(peerId, offer.data.url, false, stale);
    } else {
      await this.#use(stream, peerId, offer.data);
    }
  }

  async #use(stream: IncomingStream, peerId: PeerId, { url, pin }: RelayOffer): Promise<void> {
    const { logger, relay } = this.#options;
    // The person has decided: the relay is set even if the peer is gone by now.
    const signal = new AbortController().signal;
    try {
      await relay.change({ url, ...(pin === undefined ? {} : { pin }) }, signal);
    } catch (error) {
      logger.warn('the relay that a peer offered could not be used', { peer: peerId, errorCode: errorCode(error) });
      stream.refuse('relay-offer.failed', `this device can't connect to the relay: ${errorCode(error)}`);
      this.#failed(peerId, url, false, error);
      return;
    }
    const isOnline = await relay.ready(CONNECT_PATIENCE, signal).then(
      () => true,
      (error: unknown) => {
        this.#failed(peerId, url, true, error);
        return false;
      },
    );
    if (!stream.cancelled.aborted) answerPeer(stream, { online: isOnline });
  }

  /** Tells the person who approved the relay why it can't be used. */
  #failed(peerId: PeerId, url: string, isSet: boolean, error: unknown): void {
    this.#options.onFailed({ url, isSet, code: errorCode(error), message: errorMessage(error) }, peerId);
  }

  #isInUse(offer: RelayOffer): boolean {
    const own = offerOf(this.#options.relay.status);
    return own !== undefined && own.url === offer.url && own.pin === offer.pin;
  }

  #isCompared(peerId: PeerId): boolean {
    const record = this.#options.peers.get(peerId);
    return record !== undefined && !isUncompared(record);
  }

  #question(peerId: PeerId, { url, pin }: RelayOffer): ApprovalRequest {
    const current = this.#options.relay.status.url;
    const facts: readonly ApprovalFact[] = [
      ...(pin === undefined ? [] : [{ fact: 'pin', value: pin } as const]),
      ...(current === null ? [] : [{ fact: 'instead', value: current } as const]),
    ];
    // One topic for all offers: another URL doesn't get around a "Decline".
    return { peerId, right: 'use-relay', detail: `use its relay ${url}`, facts, topic: 'use-relay' };
  }
}

/** Returns the relay that an approval would replace; undefined for none. */
function instead({ facts = [] }: ApprovalRequest): string | undefined {
  return facts.find(({ fact }) => fact === 'instead')?.value;
}
