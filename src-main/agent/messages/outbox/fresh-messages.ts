import type { AgentMessage } from '#shared/messages/index.ts';

/** Most characters of the bodies together. */
const MOST_LENGTH = 2_097_152;

/** Messages that were written a moment ago and have not been sent, so that they needn't be read from the disk. One per outbox. */
export class FreshMessages {
  readonly #messages = new Map<string, AgentMessage>();
  #length = 0;

  get(id: string): AgentMessage | undefined {
    return this.#messages.get(id);
  }

  /** Keeps a message if there is room. */
  keep(message: AgentMessage): void {
    if (this.#length + message.body.length > MOST_LENGTH) return;
    this.#messages.set(message.id, message);
    this.#length += message.body.length;
  }

  drop(id: string): void {
    this.#length -= this.#messages.get(id)?.body.length ?? 0;
    this.#messages.delete(id);
  }
}
