import type { AppApiClient, WindowSettings } from '#shared/app-api/index.ts';
import type { Clock } from '#shared/clock.ts';
import { isOver, type Phase } from './phase.ts';
import { samePlace, type Place } from './place.ts';
import { MOST_TABS, placeOf, readTabs, writeTabs, type TabStorage } from './saved-tabs.ts';
import { Screen } from './screen.ts';
import { TerminalSession } from './terminal-session.ts';
import { tidyTitle } from './title.ts';

/** What is shown of one terminal. */
export type Tab = Readonly<{
  id: number;
  place: Place;
  /** Given by the person; empty when it was not. */
  name: string;
  /** Given by the program; empty when it was not. */
  title: string;
  phase: Phase;
}>;

export type TabsState = Readonly<{ tabs: readonly Tab[]; active: number | undefined }>;

export type TabsOptions = Readonly<{
  storage: TabStorage;
  clock: Clock;
  settings: WindowSettings['terminal'];
  label(place: Place): string;
  /** A paste, for the page to look at. */
  onPaste(tab: number, text: string): void;
  onLink(tab: number, target: string, shown: string): void;
  onClipboard(place: Place): void;
  onDropped(place: Place): void;
  onSelected(text: string): void;
}>;

type Entry = { tab: Tab; readonly screen: Screen; readonly session: TerminalSession; hadClipboard: boolean };

/** A program may change its title thousands of times a second, ms. */
const TITLE_PAUSE = 100;

/** All terminals of the window. They live on while another page is shown, and are remembered beyond a restart. */
export class TerminalTabs {
  readonly #options: TabsOptions;
  readonly #entries = new Map<number, Entry>();
  readonly #listeners = new Set<() => void>();
  readonly #titles = new Map<number, string>();
  #settings: WindowSettings['terminal'];
  #state: TabsState = { tabs: [], active: undefined };
  #api: AppApiClient | undefined;
  #nextId = 1;
  #titleTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: TabsOptions) {
    this.#options = options;
    this.#settings = options.settings;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly state = (): TabsState => this.#state;

  /** Takes up again what was open before; once. */
  restore(): void {
    let front: number | undefined;
    for (const saved of readTabs(this.#options.storage)) {
      const id = this.#add({ place: placeOf(saved), title: saved.title, name: saved.name }, saved.terminal);
      if (saved.front) front = id;
    }
    this.activate(front ?? [...this.#entries.keys()][0]);
  }

  setApi(api: AppApiClient): void {
    this.#api = api;
    for (const { session } of this.#entries.values()) session.connect(api);
  }

  configure(settings: WindowSettings['terminal']): void {
    this.#settings = settings;
    for (const { screen } of this.#entries.values()) screen.configure(settings);
  }

  /** A machine can be reached again: what was lost there is sought at once. */
  reachable(place: Place): void {
    for (const { tab, session } of this.#entries.values()) if (samePlace(tab.place, place)) session.retryNow();
  }

  /** @returns false when there are too many. */
  open(place: Place, running?: Readonly<{ terminal: string; title: string }>): boolean {
    if (this.#entries.size >= MOST_TABS) return false;
    const known = [...this.#entries.values()].find(
      ({ tab, session }) =>
        running !== undefined && samePlace(tab.place, place) && session.terminal === running.terminal,
    );
    const id =
      known?.tab.id ?? this.#add({ place, title: tidyTitle(running?.title ?? ''), name: '' }, running?.terminal, true);
    this.activate(id);
    return true;
  }

  close(id: number, how: 'close' | 'detach' = 'close'): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const index = this.#state.tabs.findIndex((tab) => tab.id === id);
    this.#entries.delete(id);
    this.#titles.delete(id);
    entry.session.dispose(how);
    entry.screen.dispose();
    const left = [...this.#entries.keys()];
    if (this.#state.active === id) this.#state = { ...this.#state, active: left[index] ?? left.at(-1) };
    this.#changed();
  }

  activate(id: number | undefined): void {
    this.#state = { ...this.#state, active: id };
    this.#changed();
  }

  /** The next tab, or the one before; after the last comes the first. */
  step(direction: 1 | -1): void {
    const { tabs, active } = this.#state;
    const index = tabs.findIndex(({ id }) => id === active);
    this.activate(tabs[(index + direction + tabs.length) % tabs.length]?.id);
  }

  rename(id: number, name: string): void {
    this.#update(id, { name: tidyTitle(name) });
  }

  screen(id: number): Screen | undefined {
    return this.#entries.get(id)?.screen;
  }

  session(id: number): TerminalSession | undefined {
    return this.#entries.get(id)?.session;
  }

  /** The window goes: the terminals stay where they are. */
  dispose(): void {
    clearTimeout(this.#titleTimer);
    this.#listeners.clear();
    for (const { session, screen } of this.#entries.values()) {
      session.dispose('detach');
      screen.dispose();
    }
    this.#entries.clear();
  }

  #add(given: Pick<Tab, 'place' | 'title' | 'name'>, terminal: string | undefined, takeOver = false): number {
    const id = this.#nextId;
    this.#nextId += 1;
    const { place } = given;
    const options = this.#options;
    const screen = new Screen(options.label(place), this.#settings, {
      input: (text) => this.#input(id, text),
      binary: (data) => this.session(id)?.binary(data),
      resized: () => this.session(id)?.resized(),
      title: (title) => this.#retitle(id, tidyTitle(title)),
      link: (target, shown) => options.onLink(id, target, shown),
      clipboard: () => this.#clipboard(id),
      paste: (text) => options.onPaste(id, text),
      selected: (text) => options.onSelected(text),
    });
    const session = new TerminalSession({
      place,
      terminal,
      takeOver,
      screen,
      clock: options.clock,
      changed: () => this.#update(id, { phase: session.phase }),
      inputDropped: () => options.onDropped(place),
    });
    this.#entries.set(id, { tab: { id, ...given, phase: session.phase }, screen, session, hadClipboard: false });
    if (this.#api !== undefined) session.connect(this.#api);
    return id;
  }

  #input(id: number, text: string): void {
    const session = this.session(id);
    if (session?.phase.kind === 'ended' || session?.phase.kind === 'gone') {
      if (text === '\r') session.startNew();
    } else session?.input(text);
  }

  /** Said once for each terminal, for a program can try for ever. */
  #clipboard(id: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.hadClipboard) return;
    entry.hadClipboard = true;
    this.#options.onClipboard(entry.tab.place);
  }

  #retitle(id: number, title: string): void {
    this.#titles.set(id, title);
    this.#titleTimer ??= setTimeout(() => {
      this.#titleTimer = undefined;
      for (const [tab, latest] of this.#titles) this.#update(tab, { title: latest });
      this.#titles.clear();
    }, TITLE_PAUSE);
  }

  #update(id: number, change: Partial<Tab>): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.tab = { ...entry.tab, ...change };
    this.#changed();
  }

  #changed(): void {
    this.#state = { ...this.#state, tabs: [...this.#entries.values()].map(({ tab }) => tab) };
    writeTabs(
      this.#options.storage,
      [...this.#entries.values()].flatMap(({ tab, session }) =>
        session.terminal === undefined || isOver(tab.phase)
          ? []
          : [
              {
                ...(tab.place.kind === 'peer' ? { peerId: tab.place.peerId } : { gatewayId: tab.place.gatewayId }),
                terminal: session.terminal,
                title: tab.title,
                name: tab.name,
                front: tab.id === this.#state.active,
              },
            ],
      ),
    );
    for (const listener of this.#listeners) listener();
  }
}
