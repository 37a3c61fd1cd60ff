import type { PaneLayout } from '../panes/layout.ts';
import type { TerminalHost } from '../session/terminal-host.ts';

/** `terminal` is undefined for one that was ended: in its place there will be a new one. */
export type ClosedTerminal = Readonly<{ host: TerminalHost; title: string; terminal: string | undefined }>;

/** The panes of the layout are places in `terminals`. */
export type ClosedTab = Readonly<{
  name: string;
  layout: PaneLayout;
  focused: number;
  terminals: readonly ClosedTerminal[];
}>;

const MOST = 20;

/** Tabs that were closed, latest last; until the window goes. */
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

  /** The latest has been opened again. */
  drop(): void {
    this.#tabs.pop();
  }
}
