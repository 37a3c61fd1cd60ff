import type { AppApiClient, ForegroundView, TerminalSettings, TerminalTheme } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { directoryOf } from '../screen/working-directory.ts';
import { isOver, type Phase } from '../session/phase.ts';
import { sameHost, type TerminalHost } from '../session/terminal-host.ts';
import type { SavedTerminal } from '../tabs/saved-tabs.ts';
import { TerminalScreen, type News, type ScreenTexts } from '../screen/terminal-screen.ts';
import type { TabLocks } from '../tabs/tab-lock.ts';
import type { Pane } from '../tabs/tab-types.ts';
import { TerminalSession } from '../session/terminal-session.ts';
import { ownerAfterAnswer, ownerOfTitle, SHELL_TITLE } from '../tabs/title-owner.ts';
import { tidyTitle } from '../tabs/title.ts';
import { BroadcastInput } from '../broadcast-input/broadcast-input.ts';

/** Connects the panes with the page. */
export type PanesOptions = Readonly<{
  clock: Clock;
  /** Locks of the browser, by which its tabs know which of them shows a terminal; undefined where there are none. */
  locks?: TabLocks | undefined;
  settings: TerminalSettings;
  /** Returns the screen's texts for a terminal on this machine. */
  texts(host: TerminalHost): ScreenTexts;
  /** Receives pasted text, which the page reviews before it reaches the program. */
  onPaste(pane: number, text: string): void;
  /** Receives a clicked link: the program's address and the shown text. */
  onLink(pane: number, target: string, shown: string): void;
  /** Receives the data of a program's clipboard request, `OSC 52`. */
  onClipboard(pane: number, data: string): void;
  /** Called when the folder of a new terminal doesn't exist on this machine, so that its shell has started in the home folder. */
  onNoFolder(host: TerminalHost, folder: string): void;
  /** Called when input was dropped because a program on this machine doesn't read it. */
  onDropped(host: TerminalHost): void;
  /** Reports whether a terminal on this machine accepts broadcast input now. */
  acceptsBroadcast(host: TerminalHost): boolean;
  /** Reports whether the person has paused this device. */
  isPaused(): boolean;
  /** Called when the agent of a machine was stopped, which has ended all terminals there. */
  onShutdown(host: TerminalHost): void;
  /** Receives selected text that the settings say to copy. */
  onSelected(text: string): void;
  /**
   * Handles a right click that opens no menu.
   * @returns true if the click is handled
   */
  onRightClick(pane: number, selection: string): boolean;
}>;

/** Open terminal: its view, its xterm screen and its session with the agent. */
export type OpenPane = {
  pane: Pane;
  readonly screen: TerminalScreen;
  readonly session: TerminalSession;
  /** End of the time during which output doesn't count as news, monotonic ms. */
  quietUntil: number;
  /** Program that runs besides the shell, as the machine named it last; undefined without one. */
  running: string | undefined;
};

/** Terminal to open: a new one, or an existing one to resume. */
export type TerminalToOpen = Readonly<{
  host: TerminalHost;
  title: string;
  /** Name of the existing terminal on its machine; undefined opens a new one. */
  terminal?: string | undefined;
  /** Takes the terminal over from another of the person's devices. */
  takeOver?: boolean;
  /** Working directory of a new terminal; undefined for the person's home. */
  directory?: string | undefined;
  /** Phase of a terminal that isn't resumed, as it was stored; undefined opens or resumes it. */
  phase?: Phase | undefined;
  /** Program that an existing terminal ran last, until its machine tells it. */
  foreground?: ForegroundView | undefined;
}>;

/** Time after a terminal is opened or resized during which output doesn't count as news, ms, because programs redraw then. */
const REDRAW_PERIOD = 1500;
/** Least interval between title updates, ms. A program may change its title thousands of times a second. */
const TITLE_INTERVAL = 100;

/**
 * All open terminals of the window by pane, each with its screen and session, in memory only. Passes input, pastes and broadcasts to them and events
 * to the page. Used by `TerminalTabs`.
 */
export class OpenPanes {
  readonly #options: PanesOptions;
  readonly #newId: () => number;
  readonly #changed: () => void;
  readonly #panes = new Map<number, OpenPane>();
  readonly #titles = new Map<number, string>();
  /** Panes that receive each other's input. */
  readonly broadcastInput = new BroadcastInput();
  #settings: TerminalSettings;
  #themes: ReadonlyMap<string, TerminalTheme | null> = new Map();
  #api: AppApiClient | undefined;
  #titleTimer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param newId returns an unused pane number
   * @param changed called when a pane changes; not called by `add` and `remove`
   */
  constructor(options: PanesOptions, newId: () => number, changed: () => void) {
    this.#options = options;
    this.#settings = options.settings;
    this.#newId = newId;
    this.#changed = changed;
  }

  /** Connection to the agent; undefined before the first one. */
  get api(): AppApiClient | undefined {
    return this.#api;
  }

  /** Number of panes. */
  get size(): number {
    return this.#panes.size;
  }

  /** Returns a pane by its number. */
  get(id: number): OpenPane | undefined {
    return this.#panes.get(id);
  }

  /** Views of all panes by id. */
  get shown(): ReadonlyMap<number, Pane> {
    return new Map([...this.#panes].map(([id, { pane }]) => [id, pane]));
  }

  /** Finds the pane that shows this terminal; undefined if it isn't open here. */
  find(host: TerminalHost, terminal: string | undefined): OpenPane | undefined {
    return [...this.#panes.values()].find(
      ({ pane, session }) => sameHost(pane.host, host) && session.terminal === terminal,
    );
  }

  /** Connects all terminals through a new connection to the agent. */
  setApi(api: AppApiClient): void {
    this.#api = api;
    for (const { session } of this.#panes.values()) session.connect(api);
  }

  /** Applies changed settings to all screens. */
  configure(settings: TerminalSettings): void {
    this.#settings = settings;
    for (const { pane, screen } of this.#panes.values()) screen.configure(this.#settingsOn(pane.host));
  }

  /** Tells screen readers the names of machines again, which may have become known. */
  describe(): void {
    for (const { screen } of this.#panes.values()) screen.describe();
  }

  /** Sets the themes of machines, by peer ID; null for that of the settings. */
  setThemes(themes: ReadonlyMap<string, TerminalTheme | null>): void {
    const before = this.#themes;
    this.#themes = themes;
    for (const { pane, screen } of this.#panes.values()) {
      const { host } = pane;
      if (host.kind === 'peer' && (before.get(host.peerId) ?? null) !== (themes.get(host.peerId) ?? null))
        screen.configure(this.#settingsOn(host));
    }
  }

  /** Returns the settings with the theme of a machine. */
  #settingsOn(host: TerminalHost): TerminalSettings {
    const theme = host.kind === 'peer' ? (this.#themes.get(host.peerId) ?? null) : null;
    return theme === null ? this.#settings : { ...this.#settings, theme, darkTheme: theme };
  }

  /** Retries lost terminals at once: those on this machine, or all of them. */
  retryNow(host?: TerminalHost): void {
    for (const { pane, session } of this.#panes.values())
      if (host === undefined || sameHost(pane.host, host)) session.retryNow();
  }

  /** Attaches again to all terminals that are open elsewhere. */
  takeBack(): void {
    for (const { pane, session } of this.#panes.values()) if (pane.phase.kind === 'elsewhere') session.reattach();
  }

  /**
   * Opens a terminal in a new pane.
   * @returns the pane's number
   */
  add({ host, title, terminal, takeOver = false, directory, phase: restored, foreground }: TerminalToOpen): number {
    const id = this.#newId();
    const options = this.#options;
    const screen = new TerminalScreen(options.texts(host), this.#settingsOn(host), {
      input: (text, isTyped) => this.#input(id, text, isTyped),
      binary: (data) => this.#panes.get(id)?.session.binary(data),
      resized: () => {
        this.#expectDrawing(id);
        this.update(id, { cols: screen.cols, rows: screen.rows });
        this.#panes.get(id)?.session.resized();
      },
      directory: (url) => {
        const next = directoryOf(url);
        if (next !== undefined && next !== this.#panes.get(id)?.pane.directory) this.update(id, { directory: next });
      },
      title: (next) => this.#retitle(id, tidyTitle(next)),
      link: (target, shown) => options.onLink(id, target, shown),
      clipboard: (data) => options.onClipboard(id, data),
      paste: (text) => options.onPaste(id, text),
      selected: (text) => options.onSelected(text),
      news: (kind) => this.#news(id, kind, screen.isShown),
      seen: () => this.update(id, { news: undefined }),
      rightClick: (selection) => options.onRightClick(id, selection),
    });
    const session = new TerminalSession({
      host,
      terminal,
      phase: restored,
      takeOver,
      directory,
      screen,
      clock: options.clock,
      locks: options.locks,
      changed: () => {
        this.#expectDrawing(id);
        const { phase } = session;
        this.update(id, { phase, hasOutput: session.hasOutput });
        if (isOver(phase) || phase.kind === 'failed' || phase.kind === 'elsewhere') screen.hideCursor();
        if (phase.kind === 'ended' && phase.reason === 'shutdown') options.onShutdown(host);
      },
      inputDropped: () => options.onDropped(host),
      folderMissing: (folder) => options.onNoFolder(host, folder),
      isPaused: () => options.isPaused(),
    });
    this.#panes.set(id, {
      pane: {
        id,
        host,
        title,
        titleOwner: SHELL_TITLE,
        foreground,
        directory,
        cols: screen.cols,
        rows: screen.rows,
        phase: session.phase,
        hasOutput: session.hasOutput,
        clipboardRequest: undefined,
        news: undefined,
      },
      screen,
      session,
      quietUntil: 0,
      running: undefined,
    });
    this.#expectDrawing(id);
    if (isOver(session.phase)) screen.hideCursor();
    if (this.#api !== undefined) session.connect(this.#api);
    return id;
  }

  /** Removes a pane. `close` ends its terminal, `detach` leaves it running. */
  remove(id: number, how: 'close' | 'detach'): void {
    const open = this.#panes.get(id);
    this.#panes.delete(id);
    this.#titles.delete(id);
    open?.session.dispose(how);
    open?.screen.dispose();
  }

  /** Changes the view of a pane. */
  update(id: number, change: Partial<Pane>): void {
    const open = this.#panes.get(id);
    if (open === undefined) return;
    open.pane = { ...open.pane, ...change };
    this.#changed();
  }

  /** Returns the other panes that receive input typed into this one. Lost, ended and waiting terminals receive none. */
  receivers(pane: number): readonly number[] {
    if (this.#panes.get(pane)?.pane.phase.kind !== 'running') return [];
    return this.broadcastInput.receivers(pane, (other) => {
      const open = this.#panes.get(other);
      return open?.pane.phase.kind === 'running' && this.#options.acceptsBroadcast(open.pane.host);
    });
  }

  /** Notes the program in the foreground of a pane, and its folder, as its machine has named them. @param isShell only the shell runs */
  foreground(id: number, foreground: ForegroundView, isShell: boolean): void {
    const open = this.#panes.get(id);
    if (open === undefined) return;
    open.running = isShell ? undefined : foreground.program;
    const { foreground: before, title, titleOwner } = open.pane;
    const next = ownerAfterAnswer(title, titleOwner, open.running);
    const isSame =
      before !== undefined &&
      before.program === foreground.program &&
      before.folder === foreground.folder &&
      before.home === foreground.home;
    if (!isSame || next !== titleOwner) this.update(id, { foreground, titleOwner: next });
  }

  /** Pastes into this pane and into those that receive its input, with brackets where the program has turned them on. */
  paste(pane: number, text: string): void {
    for (const each of [pane, ...this.receivers(pane)]) this.#panes.get(each)?.screen.paste(text);
  }

  /** Returns the terminal as stored for the next start, with its end if it has ended. */
  saved(id: number): SavedTerminal | undefined {
    const open = this.#panes.get(id);
    if (open === undefined) return undefined;
    const { terminal } = open.session;
    const { host, title, foreground, phase } = open.pane;
    const kept = { ...(terminal !== undefined && { terminal }), title, ended: endOf(phase) };
    return host.kind === 'peer' ? { peerId: host.peerId, ...kept, foreground } : { gatewayId: host.gatewayId, ...kept };
  }

  /** Detaches all terminals, which keep running. */
  dispose(): void {
    clearTimeout(this.#titleTimer);
    for (const { session, screen } of this.#panes.values()) {
      session.dispose('detach');
      screen.dispose();
    }
    this.#panes.clear();
  }

  #expectDrawing(id: number): void {
    const open = this.#panes.get(id);
    if (open !== undefined) open.quietUntil = this.#options.clock.monotonic() + REDRAW_PERIOD;
  }

  /** Notes output or a bell of a pane out of sight. A bell replaces output; the news stays until the pane is seen. */
  #news(id: number, kind: News, isShown: boolean): void {
    const open = this.#panes.get(id);
    if (open === undefined || isShown || open.pane.news === kind || open.pane.news === 'bell') return;
    if (this.#options.clock.monotonic() >= open.quietUntil) this.update(id, { news: kind });
  }

  #input(id: number, text: string, isTyped: boolean): void {
    const session = this.#panes.get(id)?.session;
    if (isTyped)
      for (const other of this.receivers(id)) {
        const open = this.#panes.get(other);
        open?.session.input(open.screen.encodeTyped(text));
      }
    if (session !== undefined && isOver(session.phase) && session.phase.kind !== 'failed') {
      if (text === '\r') session.startNew();
    } else session?.input(text);
  }

  #setTitle(id: number, title: string): void {
    const open = this.#panes.get(id);
    if (open === undefined) return;
    this.update(id, { title, titleOwner: ownerOfTitle(title, open.pane.titleOwner, open.running) });
  }

  #retitle(id: number, title: string): void {
    this.#titles.set(id, title);
    this.#titleTimer ??= setTimeout(() => {
      this.#titleTimer = undefined;
      for (const [pane, latest] of this.#titles) this.#setTitle(pane, latest);
      this.#titles.clear();
    }, TITLE_INTERVAL);
  }
}

/** Returns the end of a terminal as it is stored; undefined while it can be resumed, or was never opened. */
function endOf(phase: Phase): SavedTerminal['ended'] {
  if (phase.kind === 'ended') return phase;
  // The right may be back at the next start; the terminal that was ended with it isn't.
  return isOver(phase) && phase.kind !== 'unopened' ? { kind: 'gone' } : undefined;
}
