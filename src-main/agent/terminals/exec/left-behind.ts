import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { endGroup } from './end-group.ts';
import type { ExecProcess } from './process.ts';

/** Groups of one peer above which it starts no further command; those that its commands still leave come on top. */
export const MOST_LEFT_BEHIND = 32;
/** Interval at which it is checked whether groups are still there, ms. Process ids go round far slower. */
const CHECK_INTERVAL = 5000;

type Group = Readonly<{ peerId: PeerId; process: ExecProcess }>;

/**
 * Programs that commands of peers have left running in the background, by process group. They may go on, as with ssh, until the right is taken
 * back. No group is dropped for another one: a peer that has left too many starts no further command.
 */
export class LeftBehind {
  readonly #clock: Clock;
  readonly #groups = new Set<Group>();
  readonly #ending = new Set<Promise<void>>();
  #check: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Remembers the process group of a command that is over, if it has members. @returns true where it has */
  add(peerId: PeerId, process: ExecProcess): boolean {
    if (!process.isGroupRunning) return false;
    this.#groups.add({ peerId, process });
    this.#watch();
    return true;
  }

  /** Tells whether the peer may start a command, which may leave programs behind in turn. */
  hasRoomFor(peerId: PeerId): boolean {
    const own = (): readonly Group[] => [...this.#groups].filter((group) => group.peerId === peerId);
    if (own().length < MOST_LEFT_BEHIND) return true;
    for (const group of own()) if (!group.process.isGroupRunning) this.#groups.delete(group);
    return own().length < MOST_LEFT_BEHIND;
  }

  /** Ends what commands of this peer have left. @returns how many groups */
  revoke(peerId: PeerId): number {
    const revoked = [...this.#groups].filter((group) => group.peerId === peerId);
    for (const group of revoked) {
      this.#groups.delete(group);
      const ended = endGroup(group.process, this.#clock);
      this.#ending.add(ended);
      void ended.then(() => this.#ending.delete(ended));
    }
    return revoked.length;
  }

  /** Leaves what may go on to itself, and waits for what was revoked. */
  async close(): Promise<void> {
    this.#check?.cancel();
    this.#groups.clear();
    await Promise.all(this.#ending);
  }

  /** Forgets groups that are empty, as long as there are any. */
  #watch(): void {
    if (this.#groups.size === 0 || this.#check !== undefined) return;
    this.#check = this.#clock.setTimer(CHECK_INTERVAL, () => {
      this.#check = undefined;
      for (const group of this.#groups) if (!group.process.hasGroup) this.#groups.delete(group);
      this.#watch();
    });
  }
}
