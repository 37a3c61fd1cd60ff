import type { AppApiClient } from '#shared/app-api/index.ts';

/** Most channels with a stored offset; a connection has fewer. */
const MAX_CHANNELS = 256;

/**
 * Offsets in the output of terminals from which the agent draws the screen again, after it dropped output; one object for each connection to the
 * agent, in memory only. The agent's event arrives before the bytes, so this stores the offset until the bytes are read.
 */
export class RedrawnTerminals {
  readonly #offsets = new Map<number, number>();

  constructor(api: Pick<AppApiClient, 'on'>) {
    api.on('terminal.redrawn', ({ channel, at }) => {
      // The latest offset counts; the bytes before it are skipped anyway.
      if (this.#offsets.size < MAX_CHANNELS || this.#offsets.has(channel)) this.#offsets.set(channel, at);
    });
  }

  /** Returns the offset, bytes from the beginning of the channel's output; undefined without one. */
  offsetOf(channel: number): number | undefined {
    return this.#offsets.get(channel);
  }

  /** Deletes the offset of a channel whose output has reached it or has ended. */
  forget(channel: number): void {
    this.#offsets.delete(channel);
  }
}
