import type { AppApiClient } from '#shared/app-api/index.ts';

/** More than a connection has channels. */
const MOST = 256;

/**
 * Where in the bytes of a channel its screen is drawn anew. An event comes before the bytes that it speaks of, and is noted here before anybody can
 * read them.
 */
export class RedrawnTerminals {
  readonly #places = new Map<number, number>();

  constructor(api: Pick<AppApiClient, 'on'>) {
    api.on('terminal.redrawn', ({ channel, at }) => {
      // The latest counts: what lies before it is of no use.
      if (this.#places.size < MOST || this.#places.has(channel)) this.#places.set(channel, at);
    });
  }

  /** Bytes of the channel before the place, counted from its beginning. */
  offsetOf(channel: number): number | undefined {
    return this.#places.get(channel);
  }

  /** The place was reached, or the channel is over. */
  forget(channel: number): void {
    this.#places.delete(channel);
  }
}
