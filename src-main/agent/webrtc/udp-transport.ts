import type { WebRtcOptions, WebRtcSockets } from '#shared/webrtc/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, Session } from '#shared/link/index.ts';
import type { Logger } from '#shared/logger.ts';
import { CandidateBudget, isDialable, type IncomingPath } from '../direct/index.ts';
import { UdpAnswers } from './udp-answers.ts';
import { dialUdp, type DialedUdp } from './dial-udp.ts';

export type UdpTransportOptions = Readonly<{
  clock: Clock;
  logger: Logger;
  sockets: WebRtcSockets;
  /** Returns the current STUN server; undefined for none. */
  stun(): WebRtcOptions['stun'];
  /** Reports whether the user allows direct connections. */
  isOn(): boolean;
  /** Reports whether the route to that peer allows paths without the relay. */
  allows(peerId: PeerId): boolean;
  /** Uses only addresses of this machine, for tests and for two devices on one machine. */
  loopback?: boolean;
}>;

/**
 * UDP paths between two devices, over WebRTC data channels that pass most NATs (docs/PROTOCOL.md, "Over UDP"). Dials peers and answers their offers.
 * One per agent, created by `Network`. Opens UDP sockets and asks a STUN server for this device's public address.
 */
export class UdpTransport {
  /** Receives each complete message 1 of an incoming path. If undefined, callers get no answer. */
  onIncoming: ((incoming: IncomingPath) => void) | undefined;
  readonly #options: UdpTransportOptions;
  readonly #answers: UdpAnswers;
  readonly #budgets = new Map<PeerId, CandidateBudget>();

  constructor(options: UdpTransportOptions) {
    const { clock, logger, sockets } = options;
    this.#options = options;
    this.#answers = new UdpAnswers({
      clock,
      logger,
      sockets,
      setUp: () => this.#setUp,
      refusal: (peerId) => this.#refusal(peerId),
      maySend: (address) => this.#isOpen(address),
      mayDial: (peerId, address) => this.#mayDial(peerId, address),
      onIncoming: (incoming) => {
        if (this.onIncoming === undefined) incoming.drop();
        else this.onIncoming(incoming);
      },
    });
  }

  /** Reason why this device makes no UDP paths now; undefined if it does. */
  get obstacle(): 'off' | 'unavailable' | undefined {
    if (!this.#options.isOn()) return 'off';
    return this.#options.sockets.problem === undefined ? undefined : 'unavailable';
  }

  /** True if a relay tells this device its public address. */
  get knowsPublicAddress(): boolean {
    return this.#options.stun() !== undefined;
  }

  /** Number of peers' offers that are being answered. */
  get answering(): number {
    return this.#answers.count;
  }

  /**
   * Dials a peer. The session carries the offer and the answer.
   * @throws {UdpError} `udp.off`, `.busy`, `.params`, `.peer-unavailable`, `.no-answer`, `.failed`, `.aborted`; {WebRtcError} `udp.unavailable`;
   * {LinkError} error of the session
   */
  dial(session: Pick<Session, 'open'>, to: PeerId, message1: Uint8Array, signal: AbortSignal): Promise<DialedUdp> {
    const { clock, sockets } = this.#options;
    return dialUdp(session, message1, {
      clock,
      signal,
      sockets,
      setUp: this.#setUp,
      maySend: (address) => this.#isOpen(address),
      mayDial: (address) => this.#mayDial(to, address),
    });
  }

  /** Answers an offer on a `rpc` stream of a peer. Never rejects. */
  takeOffer(stream: IncomingStream, peerId: PeerId): Promise<void> {
    return this.#answers.take(stream, peerId);
  }

  /** Closes connections being made for a peer's offers. @param peerId undefined: of all peers */
  giveUp(peerId?: PeerId): void {
    this.#answers.close(peerId);
  }

  /** Closes connections being made and established ones. */
  close(): void {
    this.#answers.close();
    this.#options.sockets.close();
  }

  #refusal(peerId: PeerId): 'udp.off' | 'udp.unavailable' | undefined {
    const { isOn, allows } = this.#options;
    if (!isOn() || !allows(peerId)) return 'udp.off';
    return this.#options.sockets.problem === undefined ? undefined : 'udp.unavailable';
  }

  get #setUp(): Pick<WebRtcOptions, 'stun' | 'loopback'> {
    const { stun, loopback = false } = this.#options;
    return { stun: stun(), loopback };
  }

  #isOpen(address: string): boolean {
    return isDialable(address, { loopback: this.#options.loopback === true });
  }

  /** Applies the rules and the rate limit of direct addresses (docs/PROTOCOL.md 8.1). */
  #mayDial(peerId: PeerId, address: string): boolean {
    if (!this.#isOpen(address)) return false;
    for (const [other, { isWhole }] of this.#budgets) if (isWhole && other !== peerId) this.#budgets.delete(other);
    const budget = this.#budgets.get(peerId) ?? new CandidateBudget(this.#options.clock);
    this.#budgets.set(peerId, budget);
    return budget.take([address]).length > 0;
  }
}
