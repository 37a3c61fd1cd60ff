import type { PaneLayout } from '../panes/layout.ts';
import type { Phase } from '../session/phase.ts';
import type { TerminalHost } from '../session/terminal-host.ts';
import type { News } from '../screen/terminal-screen.ts';

/** View of one terminal: a pane of its tab, alone or beside others. */
export type Pane = Readonly<{
  id: number;
  host: TerminalHost;
  /** Title set by the program; empty without one. */
  title: string;
  phase: Phase;
  /** Text that a program wants to write to the clipboard, while the person is asked. */
  clipboardRequest: string | undefined;
  /** News since the pane was last seen. */
  news: News | undefined;
}>;

export type Tab = Readonly<{
  id: number;
  /** Name given by the person; empty without one. */
  name: string;
  layout: PaneLayout;
  /** Pane that has the focus, or gets it when the tab comes to the front. */
  focused: number;
  /** The focused pane fills the tab and hides the others. */
  isZoomed: boolean;
}>;

export type TabsState = Readonly<{
  tabs: readonly Tab[];
  panes: ReadonlyMap<number, Pane>;
  /** Tab in front. */
  active: number | undefined;
  /** New position of the tab that was moved last. */
  moved: Readonly<{ position: number; count: number }> | undefined;
  /** Panes that receive each other's input; empty while the broadcast is off. */
  broadcastPanes: readonly number[];
}>;
