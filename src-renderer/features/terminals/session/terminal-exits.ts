import type { AppApiClient, EventPayload } from '#shared/app-api/index.ts';

/** End of a terminal: exit code, signal or error. */
export type TerminalExit = EventPayload<'terminal.ended'>;

/** Most channels with a stored end; a connection has fewer. */
const MOST = 256;

/**
 * Ends of terminals by channel, from the agent's events; one object for each connection to the agent, in memory only. Stores an end until it is asked
 * for, because a quick program may end before the window knows its channel.
 */
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

  /** Resolves when the channel's terminal ends. */
  of(channel: number): Promise<TerminalExit> {
    const end = this.#ends.get(channel);
    this.#ends.delete(channel);
    if (end !== undefined) return Promise.resolve(end);
    return new Promise((resolve) => {
      this.#waiting.set(channel, resolve);
    });
  }
}
