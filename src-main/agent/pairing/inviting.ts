import type { Right } from '#shared/app-api/index.ts';
import { signEnrolment, type DeviceCertificate, type EnrolledRole, type PeerId } from '#shared/identity/index.ts';
import type { InviteOptions } from '#shared/pairing/index.ts';
import type { InviterRelay, JoinerPin, PairingServiceOptions } from './pairing-service.ts';

/** Life of an enrolment, seconds: a member that visits within a year stays known to the relay anyway. */
export const ENROLMENT_LIFE = 365 * 24 * 3600;

type Parts = Pick<PairingServiceOptions, 'crypto' | 'identity' | 'clock' | 'pinJoiner' | 'trust'>;

/** The inviter's own part in one pairing: the enrolment of the joiner at the relay, and its pin. */
export class Inviting {
  readonly #parts: Parts;
  readonly #relay: InviterRelay;
  readonly #grants: readonly Right[];
  #enrolment: Uint8Array | undefined;
  #joiner: PeerId | undefined;
  readonly #role: EnrolledRole;
  /** Settles with whether the relay has taken the enrolment. */
  #enrolling: Promise<boolean> = Promise.resolve(false);
  #pin: JoinerPin | undefined;
  #isKept = false;

  /** @param role of a new device at the relay; one that is known here for good is always a member */
  constructor(parts: Parts, relay: InviterRelay, grants: readonly Right[], role: EnrolledRole) {
    this.#parts = parts;
    this.#relay = relay;
    this.#grants = grants;
    this.#role = role;
  }

  get options(): Pick<InviteOptions, 'enrol' | 'keep' | 'kept'> {
    return {
      enrol: (joiner) => {
        this.#enrolment = this.#sign(joiner);
        return this.#enrolment;
      },
      keep: (outcome) => {
        const pin = this.#parts.pinJoiner(outcome, this.#grants);
        this.#pin = pin;
        // Before the joiner is told that it is done: it links at once. It also brings the enrolment itself.
        if (this.#enrolment !== undefined) {
          this.#enrolling = this.#relay.enrol(this.#enrolment).then(
            () => true,
            () => false,
          );
        }
        return () => pin.takeBack();
      },
      kept: () => {
        this.#isKept = true;
      },
    };
  }

  /**
   * Makes the pin one for good. Where the relay has not taken the joiner, or the joiner has not said that it stored the pairing, the pin stays
   * provisional until the joiner links.
   */
  async finish(): Promise<void> {
    if ((await this.#enrolling) && this.#isKept) this.#pin?.confirm();
  }

  /** The pairing failed: a joiner that is not known here loses the membership it was given. */
  fail(): void {
    if (this.#joiner !== undefined && this.#parts.trust(this.#joiner) === 'unknown')
      void this.#relay.removeMember(this.#joiner);
  }

  #sign({ peerId: member }: DeviceCertificate): Uint8Array {
    const { crypto, identity, clock, trust } = this.#parts;
    const relay = this.#relay;
    // A device whose words somebody has compared before needs no second look for this.
    const role = relay.knowsPending && trust(member) !== 'compared' ? this.#role : 'member';
    const enrolment = signEnrolment(crypto, identity, {
      relayKey: relay.relayKey,
      project: relay.project,
      member,
      role,
      notAfter: Math.floor(clock.now() / 1000) + ENROLMENT_LIFE,
      serial: relay.nextSerial(),
    });
    this.#joiner = member;
    relay.noteEnrolment(member, role, enrolment);
    return enrolment;
  }
}
