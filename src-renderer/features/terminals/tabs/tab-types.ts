import type { ForegroundView } from '#shared/app-api/index.ts';
import type { PaneLayout } from '../panes/layout.ts';
import type { LeftTerminal } from './left-terminals.ts';
import type { Phase } from '../session/phase.ts';
import type { TerminalHost } from '../session/terminal-host.ts';
import type { TitleOwner } from './title-owner.ts';
import type { News } from '../screen/terminal-screen.ts';

/** View of one open terminal, made by `TerminalTabs` for the components of the page. A pane fills its tab, or is beside others in a split one. */
export type Pane = Readonly<{
  /** Number of the pane in this window. */
  id: number;
  host: TerminalHost;
  /** Title set by the program; empty without one. */
  title: string;
  /** Program that has set the title. */
  titleOwner: TitleOwner;
  /** Program in the foreground and its folder, as the terminal's machine tells them; undefined if it doesn't. */
  foreground: ForegroundView | undefined;
  /** Working directory that the shell has reported by `OSC 7`, or in which the terminal was opened; undefined if unknown. */
  directory: string | undefined;
  cols: number;
  rows: number;
  phase: Phase;
  /** The screen shows what a terminal has written, which a new shell in its place leaves there. */
  hasOutput: boolean;
  /** Text that a program wants to write to the clipboard, while the person decides; undefined otherwise. */
  clipboardRequest: string | undefined;
  /** News since the pane was last in sight; undefined without any. */
  news: News | undefined;
}>;

/** View of one tab. */
export type Tab = Readonly<{
  /** Number of the tab in this window. */
  id: number;
  /** Name given by the person; empty without one. */
  name: string;
  /** Pane that was alone in the tab when it was named, so that the name goes with its terminal; undefined if the name is the whole tab's. */
  namedPane: number | undefined;
  layout: PaneLayout;
  /** Pane that has the focus, or gets it when the tab comes to the front. */
  focused: number;
  /** The focused pane fills the tab and hides the others. */
  isZoomed: boolean;
}>;

/** State of all tabs, for the page. Unchanged parts keep their identity. */
export type TabsState = Readonly<{
  tabs: readonly Tab[];
  /** Panes by number. */
  panes: ReadonlyMap<number, Pane>;
  /** Number of the tab in front; undefined without tabs. */
  active: number | undefined;
  /** New position of the tab that was moved last, counted from one, for screen readers. */
  moved: Readonly<{ position: number; count: number }> | undefined;
  /** Panes that receive each other's input; empty while the broadcast is off. */
  broadcastPanes: readonly number[];
  /** Terminals that were left running and aren't open here, latest last. */
  left: readonly LeftTerminal[];
}>;
