import type { Clock, Timer } from '#shared/clock.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { endGroup } from './end-group.ts';
import type { ExecProcess } from './process.ts';

/** Number of background process groups at which a peer can start no more commands. Commands that already run may still add groups. */
export const MOST_LEFT_BEHIND = 32;
/** Interval between checks whether the groups still exist, ms. Process IDs are reused far more slowly. */
const CHECK_INTERVAL = 5000;

type Group = Readonly<{ peerId: PeerId; process: ExecProcess }>;

/**
 * Process groups, held in memory, that finished commands of peers left running in the background. They may go on, as with ssh, until the right is
 * revoked. No group is forgotten to make room for another: a peer with too many can't start another command. Used by `ExecService`. Ends groups by
 * signals.
 */
export class LeftBehind {
  readonly #clock: Clock;
  readonly #groups = new Set<Group>();
  readonly #ending = new Set<Promise<void>>();
  #check: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Remembers the process group of a finished command if it still has running members. @returns true if it has */
  add(peerId: PeerId, process: ExecProcess): boolean {
    if (!process.isGroupRunning) return false;
    this.#groups.add({ peerId, process });
    this.#watch();
    return true;
  }

  /** Tells whether the peer may start another command, which may leave programs running in turn. */
  hasRoomFor(peerId: PeerId): boolean {
    const ofPeer = (): readonly Group[] => [...this.#groups].filter((group) => group.peerId === peerId);
    if (ofPeer().length < MOST_LEFT_BEHIND) return true;
    for (const group of ofPeer()) if (!group.process.isGroupRunning) this.#groups.delete(group);
    return ofPeer().length < MOST_LEFT_BEHIND;
  }

  /** Ends the groups of this peer. @returns the number of groups */
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

  /** Waits for revoked groups to end; leaves the other groups running. */
  async close(): Promise<void> {
    this.#check?.cancel();
    this.#groups.clear();
    await Promise.all(this.#ending);
  }

  /** Forgets empty groups at intervals, while there are groups. */
  #watch(): void {
    if (this.#groups.size === 0 || this.#check !== undefined) return;
    this.#check = this.#clock.setTimer(CHECK_INTERVAL, () => {
      this.#check = undefined;
      for (const group of this.#groups) if (!group.process.hasGroup) this.#groups.delete(group);
      this.#watch();
    });
  }
}
