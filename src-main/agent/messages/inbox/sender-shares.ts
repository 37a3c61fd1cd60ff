import type { PeerId } from '#shared/identity/index.ts';
import { OWN_BYTES, OWN_MESSAGES } from '#shared/messages/index.ts';

/** Amount of messages and bytes. */
type Amount = Readonly<{ messages: number; bytes: number }>;

const NOTHING: Amount = { messages: 0, bytes: 0 };

/**
 * Room in the inbox that peers and foreign instances share, so that none of them fills it: each may have as much waiting as stays free afterwards, without
 * the last part, which is for agents of this device. Each further one that fills its share has half of it, until nothing is left. Touches memory only.
 */
export class SenderShares {
  readonly #used = new Map<PeerId, Amount>();

  /** Reports whether a sender may have another message waiting. @param free room that no one uses */
  hasFor(sender: PeerId, bytes: number, free: Amount): boolean {
    const own = this.#used.get(sender) ?? NOTHING;
    return own.messages + 1 <= free.messages - OWN_MESSAGES - 1 && own.bytes + bytes <= free.bytes - OWN_BYTES - bytes;
  }

  /** Notes that more of a sender waits, or less. @param messages negative for less, as are `bytes` */
  change(sender: PeerId, messages: number, bytes: number): void {
    const before = this.#used.get(sender) ?? NOTHING;
    const next = { messages: before.messages + messages, bytes: before.bytes + bytes };
    if (next.messages === 0) this.#used.delete(sender);
    else this.#used.set(sender, next);
  }
}
