import type { AppApiClient } from './transport/client.ts';
import type { EventPayload } from './schema.ts';

/**
 * Collects reports of the agent about ended terminals by channel, since a quick program may end before its
 * channel is known. Subscribes to events of one connection.
 */
export class EndedTerminals {
  readonly #ends = new Map<number, EventPayload<'terminal.ended'>>();
  readonly #waiting = new Map<number, (end: EventPayload<'terminal.ended'>) => void>();
  readonly #off: () => void;

  constructor(client: AppApiClient) {
    this.#off = client.on('terminal.ended', (end) => {
      this.#ends.set(end.channel, end);
      this.#waiting.get(end.channel)?.(end);
    });
  }

  /** Resolves when the terminal of that channel has ended. */
  whenEnded(channel: number): Promise<EventPayload<'terminal.ended'>> {
    const end = this.#ends.get(channel);
    if (end !== undefined) return Promise.resolve(end);
    return new Promise((resolve) => {
      this.#waiting.set(channel, resolve);
    });
  }

  /** Ends the subscription. */
  stop(): void {
    this.#off();
  }
}
