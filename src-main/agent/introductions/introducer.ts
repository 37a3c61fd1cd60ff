import type { Clock } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import {
  signIntroduction,
  signIntroductionEnd,
  type DeviceIdentity,
  type IntroducedRight,
  type PeerId,
} from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import type { AuditLog, SettingsStore } from '../core/store/index.ts';
import type { Network } from '../network/index.ts';
import type { PeerBook, PeerRecord } from '../peers/index.ts';
import { IntroductionError } from './errors.ts';
import { sendIntroduction } from './messages.ts';
import { MOST_INTRODUCTIONS } from './received.ts';

/** Time that a peer has to answer that an introduction has ended, ms. */
const END_PATIENCE = 10_000;

/** Introduction of one device (`about`) to another (`to`) that this device has given, until its end was sent. */
export type GivenIntroduction = Readonly<{
  about: PeerId;
  to: PeerId;
  /** True for the introduction of the newcomer, false for that of the target to the newcomer. */
  ofNewcomer: boolean;
  relayKey: string;
  project: string;
  /** Seconds since 1970. */
  notAfter: number;
  /** True once it was taken back; `to` doesn't know yet. */
  ended: boolean;
}>;

/** Newcomer, target, and what the newcomer may do there. `notAfter`: s since 1970. */
export type IntroductionRequest = Readonly<{
  newcomer: PeerRecord;
  target: PeerRecord;
  rights: readonly IntroducedRight[];
  notAfter: number;
}>;

export type IntroducerOptions = Readonly<{
  identity: DeviceIdentity;
  clock: Clock;
  logger: Logger;
  peers: PeerBook;
  settings: SettingsStore;
  audit: AuditLog;
  network: Network;
}>;

/**
 * Introduces peers of this device to each other: signs one introduction for each of the two, and sends them. What it has given is stored in the
 * settings; when this device forgets a newcomer, or a person takes an introduction back, it sends the ends as soon as it reaches the others.
 */
export class Introducer {
  readonly #options: IntroducerOptions;

  constructor(options: IntroducerOptions) {
    this.#options = options;
  }

  /** Returns the introductions of newcomers that hold. */
  list(): readonly GivenIntroduction[] {
    return this.#given.filter(({ ofNewcomer, ended, notAfter }) => ofNewcomer && !ended && notAfter > this.#now);
  }

  /**
   * Introduces a peer to another one, and the other one to the peer, without rights.
   * @param options.onTurn called with each of the two before it is reached
   * @throws {IntroductionError} `introduction.no-relay`, `introduction.full`; errors of `sendIntroduction` and of the links
   */
  async introduce(
    { newcomer, target, rights, notAfter }: IntroductionRequest,
    {
      signal,
      onTurn,
      onWaiting,
    }: Readonly<{ signal: AbortSignal; onTurn(peer: PeerRecord): void; onWaiting(peer: PeerId): void }>,
  ): Promise<void> {
    const { identity, network, audit } = this.#options;
    const relayKey = network.relay.keyOnline;
    const [project] = network.relay.projects;
    if (relayKey === undefined || project === undefined)
      throw new IntroductionError('introduction.no-relay', 'introductions need a relay');
    const here = { relayKey, project, notAfter };
    const stored = { relayKey: toBase64Url(relayKey), project, notAfter, ended: false };
    this.#remember([
      { ...stored, about: newcomer.peerId, to: target.peerId, ofNewcomer: true },
      { ...stored, about: target.peerId, to: newcomer.peerId, ofNewcomer: false },
    ]);
    const send = async (to: PeerRecord, about: PeerRecord, given: readonly IntroducedRight[]): Promise<void> => {
      onTurn(to);
      const introduction = await signIntroduction(identity, {
        ...here,
        target: to.peerId,
        newcomer: about.peerId,
        kind: about.browser === undefined ? 'machine' : 'browser',
        rights: given,
        serial: network.relay.nextSerial(),
      });
      const session = await network.session(to.peerId, signal);
      const { certificate, name } = about;
      await sendIntroduction(
        session,
        { introduction, certificate, name },
        {
          signal,
          onWaiting: () => onWaiting(to.peerId),
        },
      );
    };
    try {
      await send(target, newcomer, rights);
      await send(newcomer, target, []);
    } catch (error) {
      // One of them may know the other by now.
      this.end(newcomer.peerId, target.peerId);
      throw error;
    }
    audit.record('introduction.given', {
      peer: newcomer.peerId,
      name: newcomer.name,
      to: target.peerId,
      toName: target.name,
      rights: rights.join(', '),
      expiresAt: notAfter * 1000,
    });
  }

  /** Takes back introductions of a newcomer: to one target, or to all. The others learn it as soon as they are reached. */
  end(newcomer: PeerId, target?: PeerId): void {
    this.#end(({ about, to }) => {
      const [one, other] = about === newcomer ? [about, to] : [to, about];
      return one === newcomer && (target === undefined || other === target);
    });
  }

  /** Sends a peer the ends that it doesn't know yet, if it is linked. Never rejects. */
  async settle(peerId: PeerId): Promise<void> {
    const { identity, network, logger } = this.#options;
    for (const one of this.#given.filter(({ ended, to }) => ended && to === peerId)) {
      const session = network.current(peerId);
      if (session === undefined) return;
      try {
        const end = await signIntroductionEnd(identity, {
          relayKey: fromBase64Url(one.relayKey),
          project: one.project,
          newcomer: one.about,
          target: one.to,
          serial: network.relay.nextSerial(),
        });
        await sendIntroduction(session, { end }, { signal: AbortSignal.timeout(END_PATIENCE) });
        this.#save(this.#given.filter((other) => !isSame(other, one) || !other.ended));
      } catch (error) {
        logger.info('the end of an introduction was not taken', { peer: peerId, errorCode: errorCode(error) });
      }
    }
  }

  #end(isMeant: (one: GivenIntroduction) => boolean): void {
    const meant = this.#given.filter((one) => isMeant(one) && !one.ended);
    if (meant.length === 0) return;
    this.#save(this.#given.map((one) => (isMeant(one) ? { ...one, ended: true } : one)));
    for (const { to } of meant) void this.settle(to);
  }

  #remember(given: readonly GivenIntroduction[]): void {
    const others = this.#given.filter((one) => one.notAfter > this.#now && !given.some((other) => isSame(one, other)));
    if (others.length + given.length > 2 * MOST_INTRODUCTIONS)
      throw new IntroductionError('introduction.full', 'too many introductions');
    this.#save([...others, ...given]);
  }

  /** Seconds since 1970. */
  get #now(): number {
    return Math.floor(this.#options.clock.now() / 1000);
  }

  get #given(): readonly GivenIntroduction[] {
    const given = this.#options.settings.value.introductions?.given ?? [];
    return given.map((one) => ({ ...one, about: one.about as PeerId, to: one.to as PeerId }));
  }

  #save(given: readonly GivenIntroduction[]): void {
    this.#options.settings.update((current) => ({
      ...current,
      introductions: { received: [], ...current.introductions, given: given.map((one) => ({ ...one })) },
    }));
  }
}

function isSame(one: GivenIntroduction, other: GivenIntroduction): boolean {
  return one.about === other.about && one.to === other.to;
}
