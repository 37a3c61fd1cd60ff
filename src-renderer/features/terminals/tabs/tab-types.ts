import type { PaneLayout } from '../panes/layout.ts';
import type { Phase } from '../session/phase.ts';
import type { TerminalHost } from '../session/terminal-host.ts';
import type { News } from '../screen/terminal-screen.ts';

/** What is shown of one terminal: a pane of its tab, alone there or beside others. */
export type Pane = Readonly<{
  id: number;
  host: TerminalHost;
  /** Given by the program; empty when it was not. */
  title: string;
  phase: Phase;
  /** Text that a program wants on the clipboard, while the person is asked. */
  clipboardRequest: string | undefined;
  /** What has come since it was seen last. */
  news: News | undefined;
}>;

export type Tab = Readonly<{
  id: number;
  /** Given by the person; empty when it was not. */
  name: string;
  layout: PaneLayout;
  /** The pane that has the keyboard, or gets it when the tab comes to the front. */
  focused: number;
  /** That pane has the whole room, the others wait behind it. */
  isZoomed: boolean;
}>;

export type TabsState = Readonly<{
  tabs: readonly Tab[];
  panes: ReadonlyMap<number, Pane>;
  /** The tab in front. */
  active: number | undefined;
  /** Where the tab stands now that was moved last. */
  moved: Readonly<{ position: number; count: number }> | undefined;
  /** Panes of which each gets what is typed into one of them; empty while that is off. */
  broadcastPanes: readonly number[];
}>;
