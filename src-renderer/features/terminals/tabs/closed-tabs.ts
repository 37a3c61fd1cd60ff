import type { PaneLayout } from '../panes/layout.ts';
import type { TerminalHost } from '../session/terminal-host.ts';

/** `terminal` is undefined if it was ended; reopening starts a new one. */
export type ClosedTerminal = Readonly<{ host: TerminalHost; title: string; terminal: string | undefined }>;

/** Pane numbers of the layout are indices of `terminals`. */
export type ClosedTab = Readonly<{
  name: string;
  layout: PaneLayout;
  focused: number;
  terminals: readonly ClosedTerminal[];
}>;

const MOST = 20;

/** Closed tabs of this window, latest last. */
export class ClosedTabs {
  readonly #tabs: ClosedTab[] = [];

  get count(): number {
    return this.#tabs.length;
  }

  keep(name: string, layout: PaneLayout, focused: number, terminals: readonly ClosedTerminal[]): void {
    if (terminals.length === 0) return;
    this.#tabs.push({ name, layout, focused: Math.max(0, focused), terminals });
    if (this.#tabs.length > MOST) this.#tabs.shift();
  }

  latest(): ClosedTab | undefined {
    return this.#tabs.at(-1);
  }

  /** Removes the latest tab after it was reopened. */
  drop(): void {
    this.#tabs.pop();
  }
}
