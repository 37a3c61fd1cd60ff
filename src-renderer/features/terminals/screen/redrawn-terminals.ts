import type { AppApiClient } from '#shared/app-api/index.ts';

/** Most noted channels; a connection has fewer. */
const MOST = 256;

/** Offsets at which the screen of a channel is redrawn. The event arrives before the bytes it refers to and is stored here before they are read. */
export class RedrawnTerminals {
  readonly #offsets = new Map<number, number>();

  constructor(api: Pick<AppApiClient, 'on'>) {
    api.on('terminal.redrawn', ({ channel, at }) => {
      // The latest offset counts; the bytes before it are skipped anyway.
      if (this.#offsets.size < MOST || this.#offsets.has(channel)) this.#offsets.set(channel, at);
    });
  }

  /** Returns the offset of the redraw, bytes from the beginning of the channel. */
  offsetOf(channel: number): number | undefined {
    return this.#offsets.get(channel);
  }

  /** Forgets a channel whose offset was reached or that has ended. */
  forget(channel: number): void {
    this.#offsets.delete(channel);
  }
}
