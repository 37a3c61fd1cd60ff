import type { AppApiClient } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';

/** Longest wait for the list of running programs, ms; a longer one would look like a hang. */
export const CLOSE_TIMEOUT = 700;

/** `close` ends the terminals, `detach` leaves them running. */
export type HowToClose = 'close' | 'detach';

/** Pane whose running program the agent can name. */
export type QueriedPane = Readonly<{ pane: number; peerId: string; terminal: string }>;

/** Pane with a running program, which would end with its terminal. */
export type BusyPane = Readonly<{ pane: number; program: string }>;

export type CloseGuardOptions = Readonly<{
  clock: Clock;
  /** Returns the connection to the agent; undefined without one. */
  api(): AppApiClient | undefined;
  /** Returns the terminal of a pane to query; undefined if closing ends nothing, or if its machine can't be queried. */
  queryOf(pane: number): Omit<QueriedPane, 'pane'> | undefined;
  /** Asks the person about several panes, or panes with running programs; calls `close` if the person chooses how to close them. */
  ask(busy: readonly BusyPane[], panes: readonly number[], close: (how: HowToClose) => void): void;
}>;

/**
 * Closes terminals, and asks the person first if programs run in them or several would end; made by `useClosing`. Queries the machines through the agent; a slow machine
 * delays the close by at most 700 ms.
 */
export class CloseGuard {
  readonly #options: CloseGuardOptions;
  /** Panes that are closed as soon as the query is answered. */
  readonly #pending = new Set<number>();

  constructor(options: CloseGuardOptions) {
    this.#options = options;
  }

  /**
   * Ends the terminals of the panes at once, or closes them as the person chooses.
   * @param close closes all of them
   */
  close(panes: readonly number[], close: (how: HowToClose) => void): void {
    // A second press while the query runs is ignored.
    if (panes.some((pane) => this.#pending.has(pane))) return;
    const queried = panes.flatMap((pane) => {
      const query = this.#options.queryOf(pane);
      return query === undefined ? [] : [{ pane, ...query }];
    });
    const api = this.#options.api();
    if (queried.length === 0 || api === undefined) close('close');
    else void this.#closeWhenKnown(api, queried, panes, close);
  }

  async #closeWhenKnown(
    api: AppApiClient,
    queried: readonly QueriedPane[],
    panes: readonly number[],
    close: (how: HowToClose) => void,
  ): Promise<void> {
    for (const pane of panes) this.#pending.add(pane);
    const running = await programsIn(api, queried, this.#options.clock);
    // A terminal may have ended or lost its connection during the query.
    const busy = running.filter(({ pane }) => this.#options.queryOf(pane) !== undefined);
    for (const pane of panes) this.#pending.delete(pane);
    // Several terminals in one tab are never ended by one press.
    if (busy.length === 0 && queried.length < 2) close('close');
    else this.#options.ask(busy, panes, close);
  }
}

/** Queries running programs, in the order of the panes. A machine that doesn't answer in time counts as idle. */
async function programsIn(
  api: AppApiClient,
  queried: readonly QueriedPane[],
  clock: Clock,
): Promise<readonly BusyPane[]> {
  const limit = new AbortController();
  const timer = clock.setTimer(CLOSE_TIMEOUT, () => limit.abort());
  const peers = [...new Set(queried.map(({ peerId }) => peerId))];
  const answers = await Promise.all(
    peers.map((peer) =>
      api.call('terminal.list', { peer, watched: true }, { signal: limit.signal }).then(
        (views) => views,
        () => [],
      ),
    ),
  );
  timer.cancel();
  const running = answers.flat();
  return queried.flatMap(({ pane, peerId, terminal }) => {
    const program = running.find((view) => view.peerId === peerId && view.terminal === terminal)?.program;
    return program === undefined ? [] : [{ pane, program }];
  });
}
