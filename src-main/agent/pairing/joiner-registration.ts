import type { Right } from '#shared/app-api/index.ts';
import { signEnrolment, type DeviceCertificate, type EnrolledRole, type PeerId } from '#shared/identity/index.ts';
import type { InviteOptions } from '#shared/pairing/index.ts';
import type { InviterRelay, JoinerPin, PairingServiceOptions } from './pairing-service.ts';

/**
 * Lifetime of an enrolment, seconds. The relay remembers a member that connects within that time. `Memberships` uses it too, when a pending member
 * becomes a full one.
 */
export const ENROLMENT_LIFE = 365 * 24 * 3600;

type Parts = Pick<PairingServiceOptions, 'identity' | 'clock' | 'pinJoiner' | 'trust'>;

/**
 * Registers the joiner of one invitation: enrols it at the relay and pins it in the peer book. `PairingService` and `AddingService` pass `options` to
 * the pairing protocol, then call `finish` or `fail`.
 */
export class JoinerRegistration {
  readonly #parts: Parts;
  readonly #relayNow: () => InviterRelay | undefined;
  /** Relay of the joiner's enrolment. */
  #relay: InviterRelay | undefined;
  readonly #grants: readonly Right[];
  #enrolment: Uint8Array | undefined;
  #joiner: PeerId | undefined;
  readonly #role: EnrolledRole;
  /** Resolves to true if the relay has accepted the enrolment. */
  #enrolling: Promise<boolean> = Promise.resolve(false);
  #pin: JoinerPin | undefined;
  #isKept = false;

  /**
   * @param relay returns the relay at which the joiner is enrolled, once it has proved itself; undefined: none
   * @param role role of the joiner at the relay, unless this device already trusts the joiner or the relay doesn't know pending members: then
   * `member`
   */
  constructor(parts: Parts, relay: () => InviterRelay | undefined, grants: readonly Right[], role: EnrolledRole) {
    this.#parts = parts;
    this.#relayNow = relay;
    this.#grants = grants;
    this.#role = role;
  }

  /** Callbacks for `invite` of the pairing protocol. */
  get options(): Pick<InviteOptions, 'enrol' | 'store' | 'stored'> {
    return {
      enrol: async (joiner) => {
        this.#enrolment = await this.#sign(joiner);
        return this.#enrolment;
      },
      store: (outcome) => {
        const pin = this.#parts.pinJoiner(outcome, this.#grants);
        this.#pin = pin;
        // Enrol the joiner before it learns that the pairing is done, since it then links at once. It also presents the enrolment itself.
        if (this.#enrolment !== undefined && this.#relay !== undefined) {
          this.#enrolling = this.#relay.enrol(this.#enrolment).then(
            () => true,
            () => false,
          );
        }
        return () => pin.undo();
      },
      stored: () => {
        this.#isKept = true;
      },
    };
  }

  /**
   * Called when the pairing has succeeded. Makes the joiner's pin permanent. The pin stays provisional until the joiner links if the relay has not accepted the enrolment, or the joiner has
   * not confirmed that it stored the pairing.
   */
  async finish(): Promise<void> {
    this.#pin?.stands();
    const isEnrolled = await this.#enrolling;
    if ((isEnrolled || this.#relay === undefined) && this.#isKept) this.#pin?.confirm();
  }

  /** Called when the pairing has failed. Revokes the enrolment of a joiner that isn't a peer. */
  fail(): void {
    if (this.#joiner !== undefined && this.#parts.trust(this.#joiner) === 'unknown')
      void this.#relay?.removeMember(this.#joiner);
  }

  async #sign({ peerId: member }: DeviceCertificate): Promise<Uint8Array | undefined> {
    const { identity, clock, trust } = this.#parts;
    const relay = this.#relayNow();
    this.#relay = relay;
    this.#joiner = member;
    if (relay === undefined) return undefined;
    // A person has already compared the words of this peer, so it becomes a full member at once.
    const role = relay.knowsPending && trust(member) !== 'compared' ? this.#role : 'member';
    const sign = (): Promise<Uint8Array> =>
      signEnrolment(identity, {
        relayKey: relay.relayKey,
        project: relay.project,
        member,
        role,
        notAfter: Math.floor(clock.now() / 1000) + ENROLMENT_LIFE,
        serial: relay.nextSerial(),
      });
    return await relay.addEnrolment(member, role, sign);
  }
}
