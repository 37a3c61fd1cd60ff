import type { PeerId } from '#shared/identity/index.ts';
import type { SettingsStore } from '../core/store/index.ts';
import { IntroductionError } from './errors.ts';

/** Most introductions that are remembered on each side. */
export const MOST_INTRODUCTIONS = 256;

/** Newest record that an introducer has sent about a newcomer. */
export type ReceivedIntroduction = Readonly<{
  by: PeerId;
  newcomer: PeerId;
  serial: number;
  /** Time until which it is remembered, s since 1970: no record with a lower serial is valid after that. */
  until: number;
  /** True once the person here has forgotten the newcomer: the next introduction asks. */
  forgotten: boolean;
}>;

/** Introductions that this device has received, in its settings. They outlive the newcomer's pin, so that none counts twice. */
export class ReceivedIntroductions {
  readonly #settings: SettingsStore;

  constructor(settings: SettingsStore) {
    this.#settings = settings;
  }

  get(by: PeerId, newcomer: PeerId): ReceivedIntroduction | undefined {
    const found = this.#all.find((one) => one.by === by && one.newcomer === newcomer);
    return found as ReceivedIntroduction | undefined;
  }

  /** Stores the newest record. @throws {IntroductionError} `introduction.busy` if too many are remembered; {StoreError} `store.write` */
  set(received: ReceivedIntroduction, now: number): void {
    const others = this.#all.filter(
      ({ by, newcomer, until }) => until > now && (by !== received.by || newcomer !== received.newcomer),
    );
    if (others.length >= MOST_INTRODUCTIONS)
      throw new IntroductionError('introduction.busy', 'this device remembers too many introductions');
    this.#save([...others, received]);
  }

  /** Records that the person here has forgotten a newcomer. Does nothing if no one has introduced it. */
  forgotten(newcomer: PeerId): void {
    if (!this.#all.some((one) => one.newcomer === newcomer)) return;
    this.#save(this.#all.map((one) => (one.newcomer === newcomer ? { ...one, forgotten: true } : one)));
  }

  get #all() {
    return this.#settings.value.introductions?.received ?? [];
  }

  #save(
    received: readonly Readonly<{ by: string; newcomer: string; serial: number; until: number; forgotten: boolean }>[],
  ): void {
    this.#settings.update((current) => ({
      ...current,
      introductions: { given: [], ...current.introductions, received: [...received] },
    }));
  }
}
