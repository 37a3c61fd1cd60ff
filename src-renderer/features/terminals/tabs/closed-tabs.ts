import type { PaneLayout } from '../panes/layout.ts';
import { sameHost, type TerminalHost } from '../session/terminal-host.ts';

/** Terminal of a closed tab. `terminal` is its name on its machine if it was left running, otherwise undefined; then reopening starts a new one. */
export type ClosedTerminal = Readonly<{ host: TerminalHost; title: string; terminal: string | undefined }>;

/** Closed tab. Pane numbers of its layout are indices of `terminals`; `focused` is one of them. */
export type ClosedTab = Readonly<{
  name: string;
  layout: PaneLayout;
  focused: number;
  terminals: readonly ClosedTerminal[];
}>;

/** Most closed tabs; the oldest are dropped. */
const MOST = 20;

/** Closed tabs of this window that the person can reopen, in memory, latest last. Used by `TerminalTabs`. */
export class ClosedTabs {
  readonly #tabs: ClosedTab[] = [];

  /** Number of tabs that can be reopened. */
  get count(): number {
    return this.#tabs.length;
  }

  /** Adds a closed tab. */
  add(name: string, layout: PaneLayout, focused: number, terminals: readonly ClosedTerminal[]): ClosedTab {
    const tab = { name, layout, focused: Math.max(0, focused), terminals };
    if (terminals.length > 0) this.#tabs.push(tab);
    if (this.#tabs.length > MOST) this.#tabs.shift();
    return tab;
  }

  /** Returns the tab that was closed last; undefined without one. */
  latest(): ClosedTab | undefined {
    return this.#tabs.at(-1);
  }

  /** Returns the tab in which a terminal was left; undefined if it isn't known any more. */
  withTerminal(host: TerminalHost, terminal: string): ClosedTab | undefined {
    return this.#tabs.findLast(({ terminals }) =>
      terminals.some((each) => each.terminal === terminal && sameHost(each.host, host)),
    );
  }

  /** Removes a tab that is reopened. @returns false if it was reopened before, or dropped */
  remove(tab: ClosedTab): boolean {
    const index = this.#tabs.indexOf(tab);
    if (index >= 0) this.#tabs.splice(index, 1);
    return index >= 0;
  }
}
