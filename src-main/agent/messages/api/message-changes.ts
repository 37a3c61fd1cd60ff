import type { InboxEntry } from '../inbox/inbox.ts';
import type { OutboxEntry } from '../outbox/outbox-entry.ts';

/** Change of a message in one of the boxes. */
export type MessageChange = (
  | Readonly<{ box: 'in'; entry: InboxEntry }>
  | Readonly<{ box: 'out'; entry: OutboxEntry }>
) &
  Readonly<{
    /** True if it was removed. */
    isRemoved: boolean;
  }>;
type Listener = (change: MessageChange) => void;

/** Changes of messages, for the local API and others within the agent that wait for them. Listeners don't throw. */
export class MessageChanges {
  readonly #listeners = new Set<Listener>();

  /** @returns function that ends the calls */
  on(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(change: MessageChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
