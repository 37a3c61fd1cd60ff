import type { AppApiClient, ForegroundView, TerminalSettings, TerminalTheme } from '#shared/app-api/index.ts';
import { ClosedTabs, type ClosedTab, type ClosedTerminal } from './closed-tabs.ts';
import { LeftTerminals, type LeftTerminal, type ListedTerminal } from './left-terminals.ts';
import {
  savedTabOf,
  MOST_TERMINALS,
  restoredPhase,
  terminalHost,
  readTabs,
  writeTabs,
  type TabStorage,
} from './saved-tabs.ts';
import {
  MOST_PANES,
  onePane,
  panesOf,
  renamePanes,
  splitPane,
  type Direction,
  type PaneLayout,
  type Side,
} from '../panes/layout.ts';
import { OpenPanes, type OpenPane, type PanesOptions, type TerminalToOpen } from '../panes/open-panes.ts';
import { isOver } from '../session/phase.ts';
import type { TerminalHost } from '../session/terminal-host.ts';
import type { TerminalScreen } from '../screen/terminal-screen.ts';
import { TabList } from './tab-list.ts';
import type { Tab, TabsState } from './tab-types.ts';
import type { TerminalSession } from '../session/terminal-session.ts';
import { programOf } from './pane-text.ts';
import { tidyTitle } from './title.ts';

/** Connects the tabs with the page and the storage. */
export type TabsOptions = Omit<PanesOptions, 'onShutdown'> &
  Readonly<{
    /** Storage of the tabs for the next start. */
    storage: TabStorage;
    /** Called when a broadcast has ended without the person stopping it. */
    onBroadcastOver(): void;
    /**
     * Called when the person has closed a pane or tab and left its terminals running.
     * @param reopen opens them again as they were; returns false if too many are open
     */
    onLeft(left: readonly LeftTerminal[], reopen: () => boolean): void;
    /** Called when terminals that were left running on a machine have ended meanwhile. */
    onLeftEnded(ended: readonly LeftTerminal[]): void;
  }>;

/**
 * All terminals of the window in their tabs. They run while another page is shown, are stored in the browser's storage after each change and restored
 * after a restart. The page reads `state` and subscribes to changes.
 */
export class TerminalTabs {
  readonly #options: TabsOptions;
  readonly #panes: OpenPanes;
  readonly #tabs: TabList;
  readonly #listeners = new Set<() => void>();
  readonly #closed = new ClosedTabs();
  readonly #left: LeftTerminals;
  #state: TabsState;

  constructor(options: TabsOptions) {
    this.#options = options;
    this.#left = new LeftTerminals(options.storage);
    this.#state = {
      tabs: [],
      panes: new Map(),
      active: undefined,
      moved: undefined,
      broadcastPanes: [],
      left: this.#left.all,
    };
    let latest = 0;
    const newId = (): number => (latest += 1);
    const panesOptions = { ...options, onShutdown: (host: TerminalHost) => this.applyList(host, []) };
    this.#panes = new OpenPanes(panesOptions, newId, () => this.#changed());
    this.#tabs = new TabList(newId, () => this.#changed());
  }

  /**
   * Calls the listener after each change.
   * @returns a function that stops this
   */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  /** Returns the current state; a new object after each change. */
  readonly state = (): TabsState => this.#state;

  /** Restores the stored tabs. The page calls this once. */
  restore(): void {
    let front: number | undefined;
    for (const saved of readTabs(this.#options.storage)) {
      const panes = saved.terminals.map((terminal) =>
        this.#add({
          host: terminalHost(terminal),
          title: terminal.title,
          terminal: terminal.terminal,
          phase: restoredPhase(terminal),
          foreground: terminal.foreground,
        }),
      );
      const layout = renamePanes(saved.layout, (index) => panes[index] ?? 0);
      const focused = panes[saved.focused] ?? panes[0] ?? 0;
      const tab = this.#tabs.add(layout, focused, saved.name, panes[saved.named ?? -1]);
      if (saved.zoomed === true) this.#tabs.toggleZoom(tab);
      if (saved.front) front = tab;
    }
    this.activate(front ?? this.#tabs.state.tabs[0]?.id);
  }

  /** Connects all terminals through a new connection to the agent. */
  setApi(api: AppApiClient): void {
    this.#panes.setApi(api);
  }

  /** Connection to the agent; undefined before the first one. */
  get api(): AppApiClient | undefined {
    return this.#panes.api;
  }

  /** Applies changed settings to all screens. */
  configure(settings: TerminalSettings): void {
    this.#panes.configure(settings);
  }

  /** Tells screen readers the names of machines again, which may have become known. */
  describe(): void {
    this.#panes.describe();
  }

  /** Sets the themes of machines, by peer ID; null for that of the settings. */
  setThemes(themes: ReadonlyMap<string, TerminalTheme | null>): void {
    this.#panes.setThemes(themes);
  }

  /** Retries the terminals of a machine that is reachable again. */
  retryHost(host: TerminalHost): void {
    this.#panes.retryNow(host);
  }

  /** Attaches again to all terminals that are open elsewhere. */
  takeBack(): void {
    this.#panes.takeBack();
  }

  /** Retries terminals that were blocked by the pause. */
  retryAll(): void {
    this.#panes.retryNow();
  }

  /**
   * Opens a terminal in a new tab. A running terminal that is open here is focused instead; one that was left comes back with its tab's name, and
   * with the split that it was left in.
   * @returns false if too many are open
   */
  open(host: TerminalHost, running?: Readonly<{ terminal: string; title: string }>): boolean {
    const known = running === undefined ? undefined : this.#panes.find(host, running.terminal);
    if (known !== undefined) {
      this.focusPane(known.pane.id);
      return true;
    }
    if (this.#panes.size >= MOST_TERMINALS) return false;
    const closed = running === undefined ? undefined : this.#closed.withTerminal(host, running.terminal);
    if (closed !== undefined && this.#isLeft(closed)) return this.#reopen(closed);
    const name = running === undefined ? undefined : this.#left.find(host, running.terminal)?.name;
    const title = tidyTitle(running?.title ?? '');
    const pane = this.#add({ host, title, terminal: running?.terminal, takeOver: true });
    this.activate(this.#tabs.add(onePane(pane), pane, name));
    return true;
  }

  /**
   * Opens a terminal on the same machine in half of a pane's area, to its right or below.
   * @returns false if too many are open
   */
  split(pane: number, direction: Direction): boolean {
    const tab = this.tabOf(pane);
    const open = this.#panes.get(pane);
    if (tab === undefined || open === undefined) return true;
    if (this.#panes.size >= MOST_TERMINALS || panesOf(tab.layout).length >= MOST_PANES) return false;
    const added = this.#addBeside(open);
    this.#tabs.change(tab.id, {
      layout: splitPane(tab.layout, pane, direction, added),
      focused: added,
      isZoomed: false,
    });
    return true;
  }

  /**
   * Opens a terminal on the same machine and in the same directory, in a tab right after this one.
   * @returns false if too many are open
   */
  duplicate(pane: number): boolean {
    const open = this.#panes.get(pane);
    const tab = this.tabOf(pane);
    if (open === undefined || tab === undefined) return true;
    if (this.#panes.size >= MOST_TERMINALS) return false;
    const added = this.#addBeside(open);
    const id = this.#tabs.add(onePane(added), added);
    this.#tabs.moveLastBehind(tab);
    this.activate(id);
    return true;
  }

  /** Closes a pane. `close` ends its terminal, `detach` leaves it running. */
  close(pane: number, how: 'close' | 'detach' = 'close'): void {
    const tab = this.tabOf(pane);
    if (tab === undefined) return;
    const isNamed = tab.layout.kind === 'pane' || (how === 'detach' && tab.namedPane === pane);
    const name = isNamed ? tab.name : '';
    this.#closeAll([pane], how, this.#closed.add(name, onePane(0), 0, this.#closedTerminals([pane], how)));
  }

  /** Closes a tab with all its panes. */
  closeTab(id: number, how: 'close' | 'detach' = 'close'): void {
    const tab = this.#tabs.get(id);
    if (tab === undefined) return;
    const panes = panesOf(tab.layout);
    const layout = renamePanes(tab.layout, (pane) => panes.indexOf(pane));
    const terminals = this.#closedTerminals(panes, how);
    this.#closeAll(panes, how, this.#closed.add(tab.name, layout, panes.indexOf(tab.focused), terminals));
  }

  /** Notes which terminals a machine lists, so that those that were left and have ended are forgotten. */
  applyList(host: TerminalHost, listed: readonly ListedTerminal[]): void {
    const ended = this.#left.endedBy(host, listed);
    this.#left.apply(host, listed, (terminal) => this.#panes.find(host, terminal) !== undefined);
    if (this.#left.all !== this.#state.left) this.#changed();
    if (ended.length > 0) this.#options.onLeftEnded(ended);
  }

  /** Reports whether a terminal was left running and isn't known to have ended. */
  isLeft(host: TerminalHost, terminal: string): boolean {
    return this.#left.find(host, terminal) !== undefined;
  }

  /** A closed tab can be reopened. */
  get canReopen(): boolean {
    return this.#closed.count > 0;
  }

  /**
   * Reopens the tab that was closed last. Terminals that still run are resumed, the others replaced by new ones.
   * @returns false if too many are open
   */
  reopen(): boolean {
    const closed = this.#closed.latest();
    return closed === undefined || this.#reopen(closed);
  }

  /** Reports whether all terminals of a closed tab were left and haven't ended since, as far as their machines have told. */
  #isLeft({ terminals }: ClosedTab): boolean {
    return terminals.every(({ host, terminal }) => terminal !== undefined && this.isLeft(host, terminal));
  }

  #reopen(closed: ClosedTab): boolean {
    if (this.#panes.size + closed.terminals.length > MOST_TERMINALS) return false;
    this.#closed.remove(closed);
    const panes = closed.terminals.map(({ host, terminal: left, title }) => {
      // The terminal may have been opened in another tab since.
      const terminal = this.#panes.find(host, left) === undefined ? left : undefined;
      return this.#add({ host, title, terminal, takeOver: true });
    });
    const layout = renamePanes(closed.layout, (index) => panes[index] ?? 0);
    this.activate(this.#tabs.add(layout, panes[closed.focused] ?? panes[0] ?? 0, closed.name));
    return true;
  }

  /** Brings a tab to the front. */
  activate(id: number | undefined): void {
    this.#tabs.activate(id);
  }

  /** Focuses a pane and brings its tab to the front. */
  focusPane(pane: number): void {
    this.#tabs.focusPane(pane);
  }

  /**
   * Moves the focus to the pane on that side.
   * @returns false if there is none
   */
  moveFocus(side: Side): boolean {
    return this.#tabs.moveFocus(side);
  }

  /** Zooms the focused pane of a split tab, or ends the zoom. */
  toggleZoom(id: number): void {
    this.#tabs.toggleZoom(id);
  }

  /** Changes the layout of a tab; `equal` gives all panes the same size. */
  arrange(id: number, layout: PaneLayout | 'equal'): void {
    this.#tabs.arrange(id, layout);
  }

  /** Brings the next or previous tab to the front; the first follows the last. */
  step(direction: 1 | -1): void {
    this.#tabs.step(direction);
  }

  /** Moves a tab to another position, counted from zero at the left. */
  moveTab(id: number, position: number): void {
    this.#tabs.move(id, position);
  }

  /** Names a tab; an empty name shows the program's title again. */
  rename(id: number, name: string): void {
    this.#tabs.rename(id, name);
  }

  /** Sets the clipboard request of a pane; undefined after the decision. */
  clipboardRequest(pane: number, text: string | undefined): void {
    this.#panes.update(pane, { clipboardRequest: text });
  }

  /** Sets the program in the foreground of a pane, and its folder. @param isShell only the shell runs */
  foreground(pane: number, foreground: ForegroundView, isShell: boolean): void {
    this.#panes.foreground(pane, foreground, isShell);
  }

  /** Starts a broadcast to these panes; fewer than two end it. */
  broadcastTo(panes: readonly number[]): void {
    this.#panes.broadcastInput.set(panes.filter((pane) => this.#panes.get(pane) !== undefined));
    this.#changed();
  }

  /** Returns the other panes that receive input typed into this one. Lost, ended and waiting terminals receive none. */
  receivers(pane: number): readonly number[] {
    return this.#panes.receivers(pane);
  }

  /** Pastes into this pane and into those that receive its input, with brackets where the program has turned them on. */
  paste(pane: number, text: string): void {
    this.#panes.paste(pane, text);
  }

  /** Reports whether this pane and those that receive its input get a paste in brackets, so that a shell runs none of its lines by itself. */
  bracketsPaste(pane: number): boolean {
    return [pane, ...this.receivers(pane)].every((each) => this.screen(each)?.bracketsPaste === true);
  }

  /** Returns the tab that contains the pane. */
  tabOf(pane: number): Tab | undefined {
    return this.#tabs.of(pane);
  }

  /** Returns the xterm screen of a pane. */
  screen(pane: number): TerminalScreen | undefined {
    return this.#panes.get(pane)?.screen;
  }

  /** Returns the session of a pane. */
  session(pane: number): TerminalSession | undefined {
    return this.#panes.get(pane)?.session;
  }

  /** Detaches all terminals, which keep running. */
  dispose(): void {
    this.#listeners.clear();
    this.#panes.dispose();
  }

  /** Opens a terminal in a new pane; it no longer counts as left. */
  #add(opened: TerminalToOpen): number {
    if (opened.terminal !== undefined) this.#left.remove(opened.host, opened.terminal);
    return this.#panes.add(opened);
  }

  /** Opens a terminal on the same machine and in the same directory. */
  #addBeside({ pane: { host, foreground, directory } }: OpenPane): number {
    return this.#panes.add({ host, title: '', takeOver: true, directory: foreground?.folder ?? directory });
  }

  /** Describes closed panes for reopening. */
  #closedTerminals(panes: readonly number[], how: 'close' | 'detach'): readonly ClosedTerminal[] {
    return panes.flatMap((id) => {
      const open = this.#panes.get(id);
      if (open === undefined) return [];
      const { host, title, phase } = open.pane;
      const isLeft = how === 'detach' && !isOver(phase);
      return [{ host, title: isLeft ? title : '', terminal: isLeft ? open.session.terminal : undefined }];
    });
  }

  /** Closes panes, and notes the terminals among them that keep running. */
  #closeAll(panes: readonly number[], how: 'close' | 'detach', closed: ClosedTab): void {
    const left = panes.flatMap((id, index) => {
      const { terminal, host } = closed.terminals[index] ?? {};
      const pane = this.#panes.get(id)?.pane;
      return terminal === undefined || host === undefined || pane === undefined
        ? []
        : [{ host, terminal, title: programOf(pane), ...(closed.name !== '' && { name: closed.name }) }];
    });
    for (const each of left) this.#left.add(each);
    for (const pane of panes) this.#close(pane, how);
    if (left.length > 0) this.#options.onLeft(left, () => this.#reopenLeft(closed, left));
  }

  /** Reopens a tab whose terminals were left. If they are open again, brings the first of them to the front. */
  #reopenLeft(closed: ClosedTab, left: readonly LeftTerminal[]): boolean {
    const open = left.map(({ host, terminal }) => this.#panes.find(host, terminal)).find((each) => each !== undefined);
    if (open === undefined) return this.#reopen(closed);
    this.focusPane(open.pane.id);
    return true;
  }

  #close(pane: number, how: 'close' | 'detach'): void {
    const tab = this.tabOf(pane);
    if (tab === undefined || this.#panes.get(pane) === undefined) return;
    this.#panes.remove(pane, how);
    this.#tabs.remove(tab, pane, how === 'detach');
  }

  #changed(): void {
    const panes = this.#panes.shown;
    const { front } = this.#tabs;
    const { broadcastInput } = this.#panes;
    const isBroadcastOver = broadcastInput.settle(
      (pane) => panes.has(pane),
      front === undefined ? [] : panesOf(front.layout),
    );
    this.#state = { ...this.#tabs.state, panes, broadcastPanes: broadcastInput.panes, left: this.#left.all };
    if (isBroadcastOver) this.#options.onBroadcastOver();
    writeTabs(
      this.#options.storage,
      this.#state.tabs.flatMap((tab) => savedTabOf(tab, tab.id === front?.id, (pane) => this.#panes.saved(pane)) ?? []),
    );
    for (const listener of this.#listeners) listener();
  }
}
