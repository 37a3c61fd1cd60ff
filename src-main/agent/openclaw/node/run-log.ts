import type { NodeRun } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { NodeError } from './errors.ts';

/** Largest share of denied runs in the history, so that a gateway can't displace the other runs with requests that are denied. */
const DENIED_SHARE = 0.4;

type Known = { view: NodeRun; cancel: (() => void) | undefined };

/**
 * List of the commands that gateways have run on this machine, in memory: running ones, and the latest finished or denied ones. `SystemRun` adds the
 * runs; windows and the command line list and cancel them through `NodeService`.
 */
export class RunLog {
  readonly #clock: Clock;
  readonly #history: number;
  readonly #changed: () => void;
  readonly #runs = new Map<number, Known>();
  #last = 0;

  /**
   * @param options.history most finished and denied runs
   * @param options.changed called after each change of the list
   */
  constructor(options: Readonly<{ clock: Clock; history: number; changed: () => void }>) {
    this.#clock = options.clock;
    this.#history = options.history;
    this.#changed = options.changed;
  }

  /** Returns the runs, newest first. */
  list(): readonly NodeRun[] {
    return [...this.#runs.values()].map(({ view }) => view).toReversed();
  }

  /**
   * Adds a run.
   * @param cancel ends the run when a person cancels it; omitted for a denied run
   * @returns the run's ID
   */
  add(run: Pick<NodeRun, 'gateway' | 'gatewayName' | 'command' | 'directory' | 'agent'>, cancel?: () => void): number {
    this.#last += 1;
    const startedAt = this.#clock.now();
    const state = { exitCode: null, outputLength: 0, startedAt } as const;
    const view: NodeRun =
      cancel === undefined
        ? { id: this.#last, ...run, ...state, endedAt: startedAt, outcome: 'denied' }
        : { id: this.#last, ...run, ...state, endedAt: null, outcome: 'running' };
    this.#runs.set(this.#last, { view, cancel });
    this.#trim();
    this.#changed();
    return this.#last;
  }

  /** Records the end and the result of a run. */
  end(id: number, result: Pick<NodeRun, 'outcome' | 'exitCode' | 'outputLength'>): void {
    const known = this.#runs.get(id);
    if (known === undefined) return;
    known.cancel = undefined;
    known.view = { ...known.view, ...result, endedAt: this.#clock.now() };
    this.#trim();
    this.#changed();
  }

  /** Cancels a run. @throws {NodeError} `node.run-over` if it isn't running */
  cancel(id: number): void {
    const cancel = this.#runs.get(id)?.cancel;
    if (cancel === undefined) throw new NodeError('node.run-over', `run ${id} does not run`, { details: { run: id } });
    cancel();
  }

  #trim(): void {
    const over = [...this.#runs].filter(([, { view }]) => view.outcome !== 'running');
    const denied = over.filter(([, { view }]) => view.outcome === 'denied');
    const most = Math.floor(this.#history * DENIED_SHARE);
    for (const [id] of denied.slice(0, Math.max(0, denied.length - most))) this.#runs.delete(id);
    const left = over.filter(([id]) => this.#runs.has(id));
    for (const [id] of left.slice(0, Math.max(0, left.length - this.#history))) this.#runs.delete(id);
  }
}
