import { useEffect, useRef } from 'react';
import type { AppApiClient, TerminalView } from '#shared/app-api/index.ts';
import { useApi, useApp } from '../../../store/index.ts';
import type { TerminalTabs } from '../tabs/terminal-tabs.ts';
import type { TabsState } from '../tabs/tab-types.ts';

/** Interval of asking the machines of open terminals for their programs and folders, ms. */
const INTERVAL = 2000;
/** Wait after a program has changed its title, ms: it has then started or ended. */
const AFTER_TITLE = 200;
/** Longest wait for a machine's answer, ms. */
const PATIENCE = 4000;

/**
 * Asks the machines of running terminals which program is in the foreground of each and in which folder, while the page is visible: every two
 * seconds, and soon after a title has changed. Machines that can't tell are asked once for each of their terminals.
 */
export function useForeground(manager: TerminalTabs, panes: TabsState['panes']): void {
  const api = useApi();
  const isShown = useApp(({ place }) => place.page === 'terminals');
  const ask = useRef<() => void>(() => undefined);
  useEffect(() => {
    if (!isShown) return;
    const watch = new ForegroundWatch(api, manager);
    ask.current = () => {
      if (document.visibilityState === 'visible') watch.ask();
    };
    ask.current();
    const timer = setInterval(() => ask.current(), INTERVAL);
    return () => {
      clearInterval(timer);
      watch.stop();
      ask.current = () => undefined;
    };
  }, [api, manager, isShown]);
  const titles = [...panes.values()].map(({ title, phase }) => `${phase.kind} ${title}`).join('\n');
  useEffect(() => {
    if (titles === '') return;
    const timer = setTimeout(() => ask.current(), AFTER_TITLE);
    return () => clearTimeout(timer);
  }, [titles]);
}

/** Requests of one connection to the agent, at most one at a time for each machine. */
class ForegroundWatch {
  readonly #api: AppApiClient;
  readonly #manager: TerminalTabs;
  readonly #asking = new Set<string>();
  /** Terminals whose machine can't tell their programs. */
  readonly #silent = new Set<string>();
  readonly #stopped = new AbortController();

  constructor(api: AppApiClient, manager: TerminalTabs) {
    this.#api = api;
    this.#manager = manager;
  }

  ask(): void {
    const running = this.#running();
    for (const peerId of new Set(running.map((each) => each.peerId))) {
      const isTold = running.some((each) => each.peerId === peerId && !this.#silent.has(each.terminal));
      if (isTold && !this.#asking.has(peerId)) void this.#askPeer(peerId);
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  #running(): readonly Readonly<{ pane: number; peerId: string; terminal: string }>[] {
    return [...this.#manager.state().panes.values()].flatMap(({ id, host, phase }) => {
      const terminal = this.#manager.session(id)?.terminal;
      return host.kind === 'peer' && phase.kind === 'running' && terminal !== undefined
        ? [{ pane: id, peerId: host.peerId, terminal }]
        : [];
    });
  }

  async #askPeer(peerId: string): Promise<void> {
    this.#asking.add(peerId);
    try {
      const signal = AbortSignal.any([this.#stopped.signal, AbortSignal.timeout(PATIENCE)]);
      const views = await this.#api.call('terminal.list', { peer: peerId, watched: true, folders: true }, { signal });
      if (!this.#stopped.signal.aborted) this.#apply(peerId, views);
    } catch {
      // The machine doesn't answer now; the last answer stays.
    } finally {
      this.#asking.delete(peerId);
    }
  }

  #apply(peerId: string, views: readonly TerminalView[]): void {
    for (const each of this.#running()) {
      if (each.peerId !== peerId) continue;
      const view = views.find(({ terminal }) => terminal === each.terminal);
      if (view?.foreground === undefined) {
        if (view !== undefined) this.#silent.add(each.terminal);
      } else this.#manager.foreground(each.pane, view.foreground, view.program === undefined);
    }
  }
}
