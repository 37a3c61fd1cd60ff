import type { WebRtcConnection, WebRtcOptions, WebRtcSockets } from '#shared/webrtc/index.ts';
import { frameMessage } from '#shared/handshake/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode, errorMessage } from '#shared/errors.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { ByteChannel, IncomingStream, LinkStream } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import type { IncomingPath } from '../direct/index.ts';
import { CandidateWriter, readCandidates } from './candidates.ts';
import { UdpError } from './errors.ts';
import { LeadChannel } from './lead-channel.ts';
import { UDP_LIMITS } from './limits.ts';
import { OfferBudget } from './offer-budget.ts';
import { answerParams, parseOffer } from './params.ts';

export type UdpAnswersOptions = Readonly<{
  clock: Clock;
  logger: Logger;
  sockets: WebRtcSockets;
  setUp(): Pick<WebRtcOptions, 'stun' | 'loopback'>;
  /** Returns the reason why a peer's offer is refused; undefined if it is not. */
  refusal(peerId: PeerId): 'udp.off' | 'udp.unavailable' | undefined;
  /** Reports whether an address of this device may be sent to a peer. */
  maySend(address: string): boolean;
  /** Reports whether an address that the peer claims may be dialed now, and counts it. */
  mayDial(peerId: PeerId, address: string): boolean;
  onIncoming(incoming: IncomingPath): void;
}>;

type Answer = { readonly peerId: PeerId; connection: WebRtcConnection | undefined; timer: Timer; end(): void };

/**
 * Answers peers' offers of UDP paths, within limits: connects, reads message 1 on the new path, and passes it to `onIncoming`. Part of
 * `UdpTransport`. Opens sockets for each accepted offer.
 */
export class UdpAnswers {
  readonly #options: UdpAnswersOptions;
  readonly #budget: OfferBudget;
  readonly #answers = new Set<Answer>();

  constructor(options: UdpAnswersOptions) {
    this.#options = options;
    this.#budget = new OfferBudget(options.clock);
  }

  /** Number of offers that are being answered. */
  get count(): number {
    return this.#answers.size;
  }

  /** Answers or refuses an offer. Never rejects. */
  async take(stream: IncomingStream, peerId: PeerId): Promise<void> {
    try {
      const refusal = this.#options.refusal(peerId);
      if (refusal !== undefined) throw new UdpError(refusal, 'this device makes no such connections with you now');
      const offer = parseOffer(stream.params);
      if (!this.#budget.take(peerId)) throw new UdpError('udp.busy', 'too many offers');
      // A new offer replaces the peer's earlier one.
      for (const answer of this.#answers) if (answer.peerId === peerId) answer.end();
      if (this.#answers.size >= UDP_LIMITS.answers)
        throw new UdpError('udp.busy', 'too many connections are being made');
      await this.#answer(stream, peerId, offer);
    } catch (error) {
      const code = errorCode(error);
      this.#options.logger.debug('an offer failed', {
        peer: peerId,
        errorCode: code,
        error: errorMessage(error),
      });
      stream.refuse(code.startsWith('udp.') ? code : 'udp.failed', 'the connection is not made');
    }
  }

  /** Closes the connections being made. @param peerId undefined: of all peers */
  close(peerId?: PeerId): void {
    for (const answer of this.#answers) if (peerId === undefined || answer.peerId === peerId) answer.end();
  }

  async #answer(incoming: IncomingStream, peerId: PeerId, offer: WebRtcOptions['offer']): Promise<void> {
    const { clock, sockets, setUp, maySend, mayDial } = this.#options;
    let stream: LinkStream | undefined;
    let writer: CandidateWriter | undefined;
    const early: string[] = [];
    const givenUp = new AbortController();
    let [over, gathered] = [false, false];
    const answer: Answer = {
      peerId,
      connection: undefined,
      timer: clock.setTimer(UDP_LIMITS.answer, () => answer.end()),
      end: () => {
        if (over) return;
        over = true;
        givenUp.abort();
        this.#forget(answer);
        answer.connection?.close();
        stream?.reset(0);
      },
    };
    this.#answers.add(answer);
    try {
      const connection = await sockets.connect({
        ...setUp(),
        signal: AbortSignal.any([givenUp.signal, incoming.cancelled]),
        offer,
        onCandidate: (address) => {
          if (!maySend(address)) return;
          if (writer === undefined) early.push(address);
          else writer.send(address);
        },
        onGathered: () => {
          gathered = true;
          writer?.end();
        },
        onFailed: () => answer.end(),
      });
      answer.connection = connection;
      const isOver = (): boolean => over || incoming.cancelled.aborted;
      // The attempt ended before there was a connection to close.
      if (isOver()) connection.close();
      if (isOver()) throw new UdpError('udp.aborted', 'given up');
      const description = await connection.description;
      if (isOver()) throw new UdpError('udp.aborted', 'given up');
      stream = incoming.accept(answerParams(description));
      const names = new CandidateWriter(stream);
      writer = names;
      for (const address of early.splice(0)) names.send(address);
      if (gathered) names.end();
      readCandidates(stream, (address) => {
        if (!over && mayDial(peerId, address)) connection.addCandidate(address);
      }).then(
        (kept) => {
          if (!kept) answer.end();
        },
        // The dialing device has given up, or the session has ended.
        () => answer.end(),
      );
      connection.opened.then(
        ({ channel, address }) => {
          names.end();
          void this.#receive(answer, channel, address, () => (over = true));
        },
        () => undefined,
      );
    } catch (error) {
      answer.end();
      throw error;
    }
  }

  /** Reads message 1 from the new path. It authenticates the peer. */
  async #receive(answer: Answer, channel: ByteChannel, address: string, settle: () => void): Promise<void> {
    const { logger, onIncoming } = this.#options;
    const lead = new LeadChannel(channel);
    try {
      const message1 = await lead.message;
      onIncoming({
        kind: 'udp',
        from: answer.peerId,
        address,
        message1,
        accept: (message2) => {
          // From here on the channel belongs to the session.
          if (this.#answers.has(answer)) {
            settle();
            this.#forget(answer);
            lead.write([frameMessage(message2)]);
          }
          return lead;
        },
        drop: () => {
          // The timer closes the connection.
        },
      });
    } catch (error) {
      answer.end();
      logger.debug('a connection over UDP failed', { peer: answer.peerId, error: errorMessage(error) });
    }
  }

  #forget(answer: Answer): void {
    answer.timer.cancel();
    this.#answers.delete(answer);
  }
}
