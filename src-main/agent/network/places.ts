import { fromBase64Url, toBase64Url } from '#shared/bytes/index.ts';
import type { Clock, Timer } from '#shared/clock.ts';
import type { CryptoBackend } from '#shared/crypto/index.ts';
import { errorCode } from '#shared/errors.ts';
import { signEnrolment, signRemoval, type DeviceIdentity, type PeerId } from '#shared/identity/index.ts';
import type { Logger } from '#shared/logger.ts';
import { ENROLMENT_LIFE } from '../invitations/index.ts';
import type { ProjectMembership, RelayClient } from '../relay/index.ts';
import { PLACES_LIMIT, type OwedPlace, type SettingsStore } from '../store/index.ts';
import type { RelaySettings } from './relay-settings.ts';

/** How long until a relay that was busy is asked again, ms. */
const BUSY_WAIT = 60_000;
/** Answers of a relay after which another try changes nothing. */
const FINAL_REFUSALS: ReadonlySet<string> = new Set([
  'relay.enrolment',
  'relay.removed',
  'relay.not-allowed',
  'relay.limit',
  'relay.format',
]);

export type PlacesOptions = Readonly<{
  crypto: CryptoBackend;
  identity: DeviceIdentity;
  clock: Clock;
  logger: Logger;
  settings: SettingsStore;
  relaySettings: RelaySettings;
  /** Client that is in use now. */
  client(): RelayClient | undefined;
}>;

/**
 * Places at the relay that this device has given to others: guests until somebody has confirmed their words. What the relay has to be told of them is
 * kept in the settings until it has answered, however long it is away.
 */
export class Places {
  readonly #options: PlacesOptions;
  #turn: Promise<void> = Promise.resolve();
  #again: Timer | undefined;

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /** Remembers a device that is let in anew, so that no removal from before reaches it. */
  letIn(member: PeerId, project: string, role: 'member' | 'guest', enrolment: Uint8Array): void {
    const { relayKey } = this.#options.settings.value.relay;
    this.#update((places) => [
      ...places.filter((place) => place.member !== member || place.relayKey !== relayKey),
      ...(role === 'member' || relayKey === null
        ? []
        : [{ relayKey, project, member, owed: null, enrolment: toBase64Url(enrolment) }]),
    ]);
  }

  /**
   * Makes a member of a device that this one has let in, and whose words somebody has confirmed. Settles when the relay was asked; without one it is
   * asked later.
   */
  async raise(member: PeerId): Promise<void> {
    await this.#owe(member, 'member');
  }

  /** Takes a device out of the project, where this device may. Settles when the relay was asked; without one it is asked later. */
  async putOut(member: PeerId): Promise<void> {
    await this.#owe(member, 'removed');
  }

  /** Tells the relay what it has to be told, one after the other. Never rejects. */
  async settle(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#settle());
    await this.#turn;
  }

  close(): void {
    this.#again?.cancel();
  }

  get #owed(): readonly OwedPlace[] {
    return this.#options.settings.value.places ?? [];
  }

  async #owe(member: PeerId, owed: 'member' | 'removed'): Promise<void> {
    const { relayKey } = this.#options.settings.value.relay;
    this.#update((places) => {
      const known = places.filter((place) => place.member === member);
      const others = places.filter((place) => place.member !== member);
      const changed = known.map((place) => (owed === 'removed' || place.owed === null ? { ...place, owed } : place));
      // One that was let in before places were remembered, or whose relay was set back to an earlier day.
      const isMissing = relayKey !== null && !known.some((place) => place.relayKey === relayKey);
      return [...others, ...changed, ...(isMissing ? [{ relayKey, project: null, member, owed }] : [])];
    });
    await this.settle();
  }

  async #settle(): Promise<void> {
    const { logger } = this.#options;
    for (const place of this.#owed) {
      const client = this.#options.client();
      const { relayKey } = client ?? {};
      if (client?.status.state !== 'online' || relayKey === undefined) return;
      // Meanwhile it may have been let in anew, or put out.
      const isStill = this.#owed.some((other) => isSame(other, place));
      if (place.owed === null || place.relayKey !== toBase64Url(relayKey) || !isStill) continue;
      try {
        await (place.owed === 'member' ? this.#enrol(client, place) : this.#remove(client, place));
      } catch (error) {
        const code = errorCode(error);
        logger.info('the relay did not take a change of its members', { errorCode: code, change: place.owed });
        if (!FINAL_REFUSALS.has(code)) {
          this.#again?.cancel();
          this.#again = this.#options.clock.setTimer(BUSY_WAIT, () => void this.settle());
          return;
        }
      }
      this.#update((places) => places.filter((other) => !isSame(other, place)));
    }
  }

  async #enrol(client: RelayClient, place: OwedPlace): Promise<void> {
    const project = place.project ?? mainProject(client.projects);
    if (project === undefined) return;
    const { crypto, identity, clock } = this.#options;
    const enrolment = signEnrolment(crypto, identity, {
      relayKey: fromBase64Url(place.relayKey),
      project,
      member: place.member as PeerId,
      serial: this.#nextSerial(),
      role: 'member',
      notAfter: Math.floor(clock.now() / 1000) + ENROLMENT_LIFE,
    });
    await client.enrol(enrolment);
  }

  async #remove(client: RelayClient, place: OwedPlace): Promise<void> {
    const projects = place.project === null ? client.projects.map(({ id }) => id) : [place.project];
    let refusal: unknown;
    for (const project of projects) {
      try {
        await this.#removeFrom(client, place, project);
      } catch (error) {
        if (!FINAL_REFUSALS.has(errorCode(error))) throw error;
        refusal = error;
      }
    }
    if (refusal !== undefined) throw refusal;
  }

  async #removeFrom(client: RelayClient, { relayKey, member, enrolment }: OwedPlace, project: string): Promise<void> {
    const { crypto, identity } = this.#options;
    const removal = (): Uint8Array =>
      signRemoval(crypto, identity, {
        relayKey: fromBase64Url(relayKey),
        project,
        member: member as PeerId,
        serial: this.#nextSerial(),
      });
    try {
      await client.remove(removal());
    } catch (error) {
      if (enrolment === undefined || errorCode(error) !== 'relay.not-allowed') throw error;
      // Its holder has not come yet, and a member may remove only whom it has enrolled.
      await client.enrol(fromBase64Url(enrolment));
      await client.remove(removal());
    }
  }

  #nextSerial(): number {
    return this.#options.relaySettings.nextSerial(this.#options.clock.now());
  }

  #update(change: (places: readonly OwedPlace[]) => readonly OwedPlace[]): void {
    try {
      this.#options.settings.update((current) => {
        const { places: before = [], ...others } = current;
        const places = change(before);
        // What a relay is still to be told stays longest.
        const remembered = places.filter(({ owed }) => owed === null);
        const kept = [...remembered, ...places.filter(({ owed }) => owed !== null)].slice(-PLACES_LIMIT);
        return { ...others, ...(kept.length === 0 ? {} : { places: kept }) };
      });
    } catch (error) {
      this.#options.logger.warn('a place at the relay could not be noted', { errorCode: errorCode(error) });
    }
  }
}

/** Project that this device lets others into: its own, else the first one in which it is a member; undefined for a guest. */
export function mainProject(projects: readonly ProjectMembership[]): string | undefined {
  return (projects.find(({ role }) => role === 'owner') ?? projects.find(({ role }) => role === 'member'))?.id;
}

function isSame(left: OwedPlace, right: OwedPlace): boolean {
  return left.relayKey === right.relayKey && left.member === right.member && left.owed === right.owed;
}
