import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import { errorCode } from '#shared/errors.ts';
import { signEnrolment, signRemoval, type DeviceIdentity, type PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { ENROLMENT_LIFE } from '../pairing/index.ts';
import type { ProjectMembership, RelayClient } from '../relay/index.ts';
import { MEMBERSHIPS_LIMIT, type GivenMembership, type SettingsStore } from '../core/store/index.ts';
import type { RelaySettings } from './relay-settings.ts';

/** Delay before a failed change is sent to the relay again, ms. */
const BUSY_WAIT = 60_000;
/** Errors of a relay after which a retry is useless. */
const FINAL_REFUSALS: ReadonlySet<string> = new Set([
  'relay.enrolment',
  'relay.removed',
  'relay.not-allowed',
  'relay.limit',
  'relay.format',
]);

export type MembershipsOptions = Readonly<{
  identity: DeviceIdentity;
  clock: Clock;
  logger: Logger;
  settings: SettingsStore;
  relaySettings: RelaySettings;
  /** Returns the current client of the relay; undefined without a relay. */
  client(): RelayClient | undefined;
  /** Reports whether the peer may become a member now: it isn't suspended. */
  mayEnrol(member: PeerId): boolean;
}>;

/**
 * Memberships at the relay that this device has given to peers. They are pending until a user has compared the pairing words. Changes that the relay
 * must learn of are stored in the settings until the relay has answered, however long it is unreachable. Signs enrolments and removals, and sends
 * them over the relay connection. Used by `RelayConnection` and by pairing.
 */
export class Memberships {
  readonly #options: MembershipsOptions;
  #turn: Promise<void> = Promise.resolve();
  #again: Timer | undefined;

  constructor(options: MembershipsOptions) {
    this.#options = options;
  }

  /**
   * Signs an enrolment that is about to be sent to a peer, and stores it. Drops an earlier removal of that peer before, which must not apply to the new
   * enrolment; one of meanwhile stays.
   * @returns the enrolment
   */
  async addEnrolment(
    member: PeerId,
    project: string,
    role: 'member' | 'pending',
    sign: () => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const { relayKey } = this.#options.settings.value.relay;
    const isIt = (membership: GivenMembership): boolean =>
      membership.member === member && membership.relayKey === relayKey;
    this.#update((memberships) => memberships.filter((membership) => !isIt(membership)));
    const signed = await sign();
    if (role === 'member' || relayKey === null) return signed;
    const enrolment = toBase64Url(signed);
    this.#update((memberships) => [
      ...memberships.map((membership) => (isIt(membership) ? { ...membership, enrolment } : membership)),
      ...(memberships.some((membership) => isIt(membership))
        ? []
        : [{ relayKey, project, member, owed: null, enrolment }]),
    ]);
    return signed;
  }

  /**
   * Makes a peer enrolled by this device a full member. Called after its pairing words were confirmed. Resolves when the relay has been asked; an
   * unreachable relay is asked later.
   */
  async confirm(member: PeerId): Promise<void> {
    await this.#owe(member, 'member');
  }

  /**
   * Makes a peer a full member of a project of this device at the present relay, as a pairing there does. An earlier removal of that peer applies no
   * more. Resolves when the relay has been asked; a busy relay is asked later.
   */
  async enrol(member: PeerId, project: string): Promise<void> {
    const { relayKey } = this.#options.settings.value.relay;
    if (relayKey === null) return;
    this.#update((memberships) => [
      ...memberships.filter((membership) => membership.member !== member || membership.relayKey !== relayKey),
      { relayKey, project, member, owed: 'member' },
    ]);
    await this.settle();
  }

  /**
   * Removes a peer from the project at the relay. Resolves when the relay has been asked; an unreachable relay is asked later.
   * @param after what comes before the relay is asked, such as the end of the session: with the membership, the relay ends all paths of that peer
   */
  async remove(member: PeerId, after?: Promise<void>): Promise<void> {
    await this.#owe(member, 'removed', after);
  }

  /** Sends the relay all outstanding changes. Called when the relay connection is established. Never rejects. */
  async settle(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#settle());
    await this.#turn;
  }

  close(): void {
    this.#again?.cancel();
  }

  get #owed(): readonly GivenMembership[] {
    return this.#options.settings.value.memberships ?? [];
  }

  async #owe(member: PeerId, owed: 'member' | 'removed', after?: Promise<void>): Promise<void> {
    const { relayKey } = this.#options.settings.value.relay;
    this.#update((memberships) => {
      const known = memberships.filter((membership) => membership.member === member);
      const others = memberships.filter((membership) => membership.member !== member);
      const changed = known.map((membership) =>
        owed === 'removed' || membership.owed === null ? { ...membership, owed } : membership,
      );
      // The device may have been enrolled by a version that didn't store memberships, or the relay restored from a backup.
      const isMissing = relayKey !== null && !known.some((membership) => membership.relayKey === relayKey);
      return [...others, ...changed, ...(isMissing ? [{ relayKey, project: null, member, owed }] : [])];
    });
    await after;
    await this.settle();
  }

  async #settle(): Promise<void> {
    const { logger } = this.#options;
    for (const membership of this.#owed) {
      const client = this.#options.client();
      const { relayKey } = client ?? {};
      if (client?.status.state !== 'online' || relayKey === undefined) return;
      // The device may have been enrolled again or removed in the meantime.
      const isStill = this.#owed.some((other) => isSame(other, membership));
      if (membership.owed === null || membership.relayKey !== toBase64Url(relayKey) || !isStill) continue;
      if (membership.owed === 'member' && !this.#options.mayEnrol(membership.member as PeerId)) {
        this.#update((memberships) => memberships.filter((other) => !isSame(other, membership)));
        continue;
      }
      try {
        await (membership.owed === 'member' ? this.#enrol(client, membership) : this.#remove(client, membership));
      } catch (error) {
        const code = errorCode(error);
        logger.info('the relay rejected a change of its members', { errorCode: code, change: membership.owed });
        if (!FINAL_REFUSALS.has(code)) {
          this.#again?.cancel();
          this.#again = this.#options.clock.setTimer(BUSY_WAIT, () => void this.settle());
          return;
        }
      }
      this.#update((memberships) => memberships.filter((other) => !isSame(other, membership)));
    }
  }

  async #enrol(client: RelayClient, membership: GivenMembership): Promise<void> {
    const project = membership.project ?? mainProject(client.projects);
    if (project === undefined) return;
    const { identity, clock } = this.#options;
    const enrolment = await signEnrolment(identity, {
      relayKey: fromBase64Url(membership.relayKey),
      project,
      member: membership.member as PeerId,
      serial: this.#nextSerial(),
      role: 'member',
      notAfter: Math.floor(clock.now() / 1000) + ENROLMENT_LIFE,
    });
    await client.enrol(enrolment);
  }

  async #remove(client: RelayClient, membership: GivenMembership): Promise<void> {
    const projects = membership.project === null ? client.projects.map(({ id }) => id) : [membership.project];
    let refusal: unknown;
    for (const project of projects) {
      try {
        await this.#removeFrom(client, membership, project);
      } catch (error) {
        if (!FINAL_REFUSALS.has(errorCode(error))) throw error;
        refusal = error;
      }
    }
    if (refusal !== undefined) throw refusal;
  }

  async #removeFrom(
    client: RelayClient,
    { relayKey, member, enrolment }: GivenMembership,
    project: string,
  ): Promise<void> {
    const { identity } = this.#options;
    const removal = async (): Promise<Uint8Array> =>
      await signRemoval(identity, {
        relayKey: fromBase64Url(relayKey),
        project,
        member: member as PeerId,
        serial: this.#nextSerial(),
      });
    try {
      await client.remove(await removal());
    } catch (error) {
      if (enrolment === undefined || errorCode(error) !== 'relay.not-allowed') throw error;
      // The relay doesn't know the enrolment yet, and a member may remove only devices that it has enrolled.
      await client.enrol(fromBase64Url(enrolment));
      await client.remove(await removal());
    }
  }

  #nextSerial(): number {
    return this.#options.relaySettings.nextSerial(this.#options.clock.now());
  }

  #update(change: (memberships: readonly GivenMembership[]) => readonly GivenMembership[]): void {
    try {
      this.#options.settings.update((current) => {
        const { memberships: before = [], ...others } = current;
        const memberships = change(before);
        // Outstanding changes are kept longest.
        const remembered = memberships.filter(({ owed }) => owed === null);
        const limited = [...remembered, ...memberships.filter(({ owed }) => owed !== null)].slice(-MEMBERSHIPS_LIMIT);
        return { ...others, ...(limited.length === 0 ? {} : { memberships: limited }) };
      });
    } catch (error) {
      this.#options.logger.warn('a membership at the relay could not be stored', { errorCode: errorCode(error) });
    }
  }
}

/**
 * Returns the project into which this device enrols others: its own project, otherwise the first one in which it is a full member; undefined if there
 * is none.
 */
export function mainProject(projects: readonly ProjectMembership[]): string | undefined {
  return (projects.find(({ role }) => role === 'owner') ?? projects.find(({ role }) => role === 'member'))?.id;
}

function isSame(left: GivenMembership, right: GivenMembership): boolean {
  return left.relayKey === right.relayKey && left.member === right.member && left.owed === right.owed;
}
