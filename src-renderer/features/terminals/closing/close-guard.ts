import type { AppApiClient } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';

/** So long closing waits to hear what runs, ms: longer, and who closes a terminal would think that it hangs. */
export const CLOSE_TIMEOUT = 700;

/** A pane whose machine can be asked now what runs in it. */
export type QueriedPane = Readonly<{ pane: number; peerId: string; terminal: string }>;

/** A program would end with its terminal. */
export type BusyPane = Readonly<{ pane: number; program: string }>;

export type CloseGuardOptions = Readonly<{
  clock: Clock;
  api(): AppApiClient | undefined;
  /** What there is to ask about a pane; undefined where closing it ends nothing, or nobody can tell. */
  about(pane: number): Omit<QueriedPane, 'pane'> | undefined;
  /** Lets the person decide whether `close` is called for these panes, in some of which programs run. */
  ask(busy: readonly BusyPane[], panes: readonly number[], close: () => void): void;
}>;

/** Closes terminals, and has the person asked before where a program runs in them. Whatever the other machine does, nothing holds it up. */
export class CloseGuard {
  readonly #options: CloseGuardOptions;
  /** Those that are closed as soon as it is known what runs there. */
  readonly #pending = new Set<number>();

  constructor(options: CloseGuardOptions) {
    this.#options = options;
  }

  /** @param close what closes all of them */
  close(panes: readonly number[], close: () => void): void {
    // Asked once: the key is pressed again because nothing has happened yet.
    if (panes.some((pane) => this.#pending.has(pane))) return;
    const queried = panes.flatMap((pane) => {
      const about = this.#options.about(pane);
      return about === undefined ? [] : [{ pane, ...about }];
    });
    const api = this.#options.api();
    if (queried.length === 0 || api === undefined) close();
    else void this.#closeWhenKnown(api, queried, panes, close);
  }

  async #closeWhenKnown(
    api: AppApiClient,
    queried: readonly QueriedPane[],
    panes: readonly number[],
    close: () => void,
  ): Promise<void> {
    for (const pane of panes) this.#pending.add(pane);
    const running = await programsIn(api, queried, this.#options.clock);
    // One that has ended or lost its way meanwhile has nothing to ask about any more.
    const busy = running.filter(({ pane }) => this.#options.about(pane) !== undefined);
    for (const pane of panes) this.#pending.delete(pane);
    if (busy.length === 0) close();
    else this.#options.ask(busy, panes, close);
  }
}

/** In the order of the panes. A machine that gives no answer in time, or none at all, says that nothing runs. */
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
