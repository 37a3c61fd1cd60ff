import { RIGHTS, type ApprovalFact, type BrowserMode, type Right } from '#shared/app-api/index.ts';
import { equalBytes } from '#shared/bytes/index.ts';
import type { Clock } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { ClawReachError, errorCode, errorMessage } from '#shared/errors.ts';
import {
  shortPeerId,
  verifyCertificate,
  verifyIntroduction,
  verifyIntroductionEnd,
  type DeviceCertificate,
  type Introduction,
  type PeerId,
} from '#shared/identity/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import type { ApprovalRequest, ApprovalStore } from '../core/approvals/index.ts';
import { answerPeer } from '../core/peer-question.ts';
import type { RightsPolicy } from '../core/policy/index.ts';
import type { AuditLog } from '../core/store/index.ts';
import { isUncompared, type PeerBook } from '../peers/index.ts';
import { checkLimits, checkRecord, LONGEST_LIFE, type TargetFacts } from './checks.ts';
import { IntroductionError } from './errors.ts';
import { readIntroduction } from './messages.ts';
import type { ReceivedIntroductions } from './received.ts';

/** Dependencies of `IntroductionTarget`. */
export type TargetOptions = Readonly<{
  crypto: CryptoBackend;
  clock: Clock;
  own: PeerId;
  peers: PeerBook;
  policy: RightsPolicy;
  approvals: ApprovalStore;
  audit: AuditLog;
  received: ReceivedIntroductions;
  /** Returns what browsers may do here. */
  browsers(): BrowserMode;
  /** Returns the relay in use and this device's projects there. */
  relay(): Readonly<{ key: Uint8Array | undefined; projects: readonly string[] }>;
}>;

/** Introduction that was checked, with the newcomer's certificate and the name that the introducer calls it by. */
type Checked = Readonly<{ record: Introduction; certificate: DeviceCertificate; name: string }>;

/**
 * Takes introductions from peers that may introduce others: checks them, asks the person if that isn't decided, and pins the newcomer until its end,
 * with no more rights than the introducer may hand on. Ends of introductions remove it again. Writes the audit log. Called for `rpc` streams of peers.
 */
export class IntroductionTarget {
  readonly #options: TargetOptions;

  constructor(options: TargetOptions) {
    this.#options = options;
  }

  /** Answers a peer's stream. Never throws. */
  async serve(stream: IncomingStream, peerId: PeerId): Promise<void> {
    const { audit, peers } = this.#options;
    try {
      await this.#serve(stream, peerId);
    } catch (error) {
      const name = peers.nameOf(peerId) ?? '';
      audit.record('introduction.refused', { peer: peerId, name, code: errorCode(error) });
      stream.refuse(errorCode(error), errorMessage(error));
    }
  }

  async #serve(stream: IncomingStream, peerId: PeerId): Promise<void> {
    const { crypto, peers, received, audit } = this.#options;
    const message = readIntroduction(stream.params);
    if ('end' in message) {
      const record = verifyIntroductionEnd(crypto, message.end);
      checkRecord(record, this.#facts(peerId, record.newcomer), true);
      const { newcomer, serial } = record;
      const now = this.#now;
      const before = received.get(peerId, newcomer);
      // Remembered for as long as any introduction that it ends could be valid.
      received.set(
        { by: peerId, newcomer, serial, until: now + 2 * LONGEST_LIFE, forgotten: before?.forgotten ?? false },
        now,
      );
      const name = peers.nameOf(newcomer);
      if (name !== undefined && peers.endIntroduced(newcomer, peerId))
        audit.record('introduction.ended', { peer: newcomer, name, by: peerId, byName: peers.nameOf(peerId) ?? '' });
      answerPeer(stream, {});
      return;
    }
    const record = verifyIntroduction(crypto, message.introduction);
    const certificate = verifyCertificate(crypto, message.certificate, this.#now);
    if (certificate.peerId !== record.newcomer)
      throw new IntroductionError('introduction.newcomer', 'the certificate is of another device');
    const checked = { record, certificate, name: message.name };
    if (this.#asks(peerId, checked)) {
      const question = this.#question(peerId, checked);
      stream.wait('approval');
      const outcome = await this.#options.approvals.request(question, stream.cancelled);
      if (outcome === 'withdrawn') throw new ClawReachError('rights.withdrawn', 'the introduction was withdrawn');
      if (outcome === 'expired') throw new ClawReachError('rights.unanswered', 'no one at this device answered');
      if (outcome !== 'approved') throw new ClawReachError('rights.denied', 'the person at this device declined');
      // Anything may have changed meanwhile; nothing waits from here on. The person has seen the rights.
      this.#check(peerId, checked);
      checkLimits(record, this.#now, undefined);
    }
    this.#pin(peerId, checked);
    answerPeer(stream, {});
  }

  /** Checks an introduction and what it gives. @returns true if a person has to be asked */
  #asks(peerId: PeerId, checked: Checked): boolean {
    const { record } = checked;
    const { decision, introducer, before, now } = this.#check(peerId, checked);
    // What a person here has decided about the newcomer counts more than the right of the introducer.
    const isFree = decision === 'allow' && before?.forgotten !== true;
    checkLimits(record, now, isFree ? (introducer.handsOn ?? []) : undefined);
    return !isFree && !this.#isLess(peerId, record);
  }

  /** Checks who has signed an introduction, and whether the newcomer may be one here. */
  #check(peerId: PeerId, { record, certificate }: Checked): TargetFacts {
    const { peers, browsers } = this.#options;
    const facts = this.#facts(peerId, record.newcomer);
    checkRecord(record, facts, false);
    if (record.kind === 'browser' && browsers() === 'never')
      throw new IntroductionError('introduction.browsers-off', 'this device takes no browsers');
    const known = peers.get(record.newcomer);
    if (known !== undefined && !equalBytes(known.signingKey, certificate.signingKey))
      throw new IntroductionError('introduction.newcomer', 'the device is known by another key');
    return facts;
  }

  /** Reports whether the introducer has brought the newcomer before, with these rights and until this end or more. */
  #isLess(peerId: PeerId, { newcomer, rights, notAfter }: Introduction): boolean {
    const known = this.#options.peers.get(newcomer);
    if (known?.introduced?.by !== peerId) return false;
    return (
      notAfter * 1000 <= known.introduced.endsAt && rights.every((right) => known.grants[right]?.decision === 'allow')
    );
  }

  #pin(peerId: PeerId, { record, certificate, name }: Checked): void {
    const { peers, received, audit } = this.#options;
    const { newcomer, serial, notAfter, rights, kind } = record;
    received.set({ by: peerId, newcomer, serial, until: notAfter, forgotten: false }, this.#now);
    const known = peers.get(newcomer);
    // A device that a person here has paired, or that another peer has introduced, stays as it is.
    if (known !== undefined && known.introduced?.by !== peerId) return;
    const endsAt = notAfter * 1000;
    const pinned = peers.addIntroduced({
      certificate,
      name,
      rights,
      by: peerId,
      endsAt,
      isBrowser: kind === 'browser',
    });
    audit.record('introduction.accepted', {
      peer: newcomer,
      name: pinned.name,
      by: peerId,
      byName: peers.nameOf(peerId) ?? '',
      rights: rights.join(', '),
      expiresAt: endsAt,
    });
  }

  #facts(peerId: PeerId, newcomer: PeerId): TargetFacts {
    const { own, peers, policy, received, relay } = this.#options;
    const introducer = peers.get(peerId);
    if (introducer === undefined || isUncompared(introducer))
      throw new ClawReachError('rights.denied', 'no one here has confirmed the words of this device');
    const { key, projects } = relay();
    return {
      own,
      relayKey: key,
      projects,
      introducer,
      decision: policy.decision(peerId, 'introduce'),
      before: received.get(peerId, newcomer),
      now: this.#now,
    };
  }

  #question(peerId: PeerId, { record, name }: Checked): ApprovalRequest {
    const { newcomer, notAfter, rights, kind } = record;
    const until = new Date(notAfter * 1000).toISOString().slice(0, 16).replace('T', ' ');
    const facts: readonly ApprovalFact[] = [
      { fact: 'device', value: newcomer },
      { fact: 'rights', value: rights.length === 0 ? '-' : RIGHTS.filter(isOneOf(rights)).join(', ') },
      { fact: 'until', value: `${until} UTC` },
    ];
    const what = kind === 'browser' ? 'introduce the browser' : 'introduce';
    const detail = `${what} ${name} (${shortPeerId(newcomer)})`;
    return { peerId, right: 'introduce', detail, facts, subject: newcomer, topic: `introduce ${newcomer}` };
  }

  /** Seconds since 1970. */
  get #now(): number {
    return Math.floor(this.#options.clock.now() / 1000);
  }
}

function isOneOf(rights: readonly Right[]): (right: Right) => boolean {
  return (right) => rights.includes(right);
}
