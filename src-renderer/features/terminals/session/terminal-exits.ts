import type { AppApiClient, EventPayload } from '#shared/app-api/index.ts';

export type TerminalExit = EventPayload<'terminal.ended'>;

/** Most noted channels; a connection has fewer. */
const MOST = 256;

/** Exit statuses of terminals, stored before their channel is known: a quick program may end before its opener has read the answer. */
export class TerminalExits {
  readonly #ends = new Map<number, TerminalExit>();
  readonly #waiting = new Map<number, (end: TerminalExit) => void>();

  constructor(api: AppApiClient) {
    api.on('terminal.ended', (end) => {
      const waiting = this.#waiting.get(end.channel);
      this.#waiting.delete(end.channel);
      if (waiting !== undefined) waiting(end);
      else if (this.#ends.size < MOST) this.#ends.set(end.channel, end);
    });
  }

  of(channel: number): Promise<TerminalExit> {
    const end = this.#ends.get(channel);
    this.#ends.delete(channel);
    if (end !== undefined) return Promise.resolve(end);
    return new Promise((resolve) => {
      this.#waiting.set(channel, resolve);
    });
  }
}
