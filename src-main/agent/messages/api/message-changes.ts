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
type FilesListener = (id: string) => void;

/** Changes of messages, for the local API and others within the agent that wait for them. Listeners don't throw. */
export class MessageChanges {
  readonly #listeners = new Set<Listener>();
  readonly #filesListeners = new Set<FilesListener>();

  /** @returns function that ends the calls */
  on(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(change: MessageChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  /** Calls a listener with the ID of each message whose files have another state. @returns function that ends the calls */
  onFiles(listener: FilesListener): () => void {
    this.#filesListeners.add(listener);
    return () => this.#filesListeners.delete(listener);
  }

  emitFiles(id: string): void {
    for (const listener of this.#filesListeners) listener(id);
  }
}
