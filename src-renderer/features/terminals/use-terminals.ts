import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { text } from '../../locale/index.ts';
import { notify, useApi, useApp, type AppState } from '../../store/index.ts';
import {
  canReadClipboard,
  copyAndTell,
  copyText,
  notifyPasteKeys,
  pasteFromClipboard,
} from './clipboard/copy-and-paste.ts';
import { useAskBeforeUnload } from './closing/ask-before-unload.ts';
import { useClosing, type Closing } from './closing/use-closing.ts';
import { notifyBroadcastOver, notifyTooMany } from './notices.ts';
import { panesOf, type Direction } from './panes/layout.ts';
import type { Question } from './question.ts';
import { useRecordToggle, type RecordToggle } from './recording/use-record-toggle.ts';
import { changeTextSize } from './screen/text-size.ts';
import { isTouchScreen } from './screen/touch-screen.ts';
import { machineOf, noteNames, type Machine } from './session/machine.ts';
import type { TerminalHost } from './session/terminal-host.ts';
import { useAutoReconnect } from './session/use-auto-reconnect.ts';
import { useForeground } from './session/use-foreground.ts';
import { createTabs } from './tabs/create-tabs.ts';
import type { LeftTerminal } from './tabs/left-terminals.ts';
import { TitleNumbers } from './tabs/numbered-titles.ts';
import { leftTerminals, openTerminals, runningPane } from './tabs/open-terminals.ts';
import { readNumbers, writeNumbers } from './tabs/saved-numbers.ts';
import type { TabStorage } from './tabs/saved-tabs.ts';
import type { Pane, Tab, TabsState } from './tabs/tab-types.ts';
import {
  inOneText,
  namesOf,
  NO_NAME,
  sameNames,
  tabKey,
  titledOf,
  withNumber,
  type TerminalName,
} from './tabs/terminal-names.ts';
import type { TerminalTabs } from './tabs/terminal-tabs.ts';
import { useGivenNames } from './tabs/use-given-names.ts';
import { useLeftLists } from './tabs/use-left-lists.ts';

/** Most terminals in sight that are drawn with WebGL. A browser allows a page sixteen contexts and takes back the oldest. */
const MOST_WEBGL = 6;

/** State and actions of the page's terminals. `TerminalsPage` passes it to every component that shows or changes a terminal. */
export type Terminals = Readonly<{
  /**
   * Returns the state and actions as they are when it is called, for handlers of parts that aren't rendered again with each change. The same function for
   * each render.
   */
  latest(): Terminals;
  /** Owner of the terminals and tabs. */
  manager: TerminalTabs;
  tabs: readonly Tab[];
  /** Tab in front. */
  tab: Tab | undefined;
  /** Panes by number. */
  panes: ReadonlyMap<number, Pane>;
  /** Focused pane of the tab in front. */
  active: Pane | undefined;
  /** New position of the tab that was moved last, for screen readers. */
  moved: TabsState['moved'];
  /** Terminals that were left running and aren't open here, latest last. */
  left: readonly LeftTerminal[];
  /** Panes that receive each other's input; empty while the broadcast is off. */
  broadcastPanes: TabsState['broadcastPanes'];
  /** Stops the broadcast, or starts one: among the panes of a split tab, otherwise among panes that the person chooses. */
  toggleBroadcast(): void;
  /** Dialog that is open; undefined without one. */
  question: Question | undefined;
  /** Opens the dialog for a question. */
  ask(question: Question): void;
  /** Closes the question's dialog. */
  closeQuestion(): void;
  close: Closing['close'];
  closeTab: Closing['closeTab'];
  /** Opens a new terminal on a machine, or resumes a running one, in a new tab. */
  open(host: TerminalHost, running?: Readonly<{ terminal: string; title: string }>): void;
  /** Opens a terminal on the same machine, beside or below the active one; `tab`: the focused one of that tab, which comes to the front. */
  split(direction: Direction, tab?: Tab): void;
  /** Opens a terminal on the same machine and in the same directory, in a tab of its own; `tab`: of its focused one in place of the active one. */
  duplicate(tab?: Tab): void;
  /** Reopens the tab that was closed last. */
  reopen(): void;
  /** Focuses the active terminal, except on a touch screen. */
  focus(): void;
  /** Brings a tab to the front while the focus stays on the row of tabs. */
  stepTo(tab: number): void;
  /**
   * Returns the element to focus when a popup closes: the field of an open search, otherwise the terminal. False if a dialog follows, null on a touch
   * screen for the control that has opened the popup.
   */
  returnFocus(): HTMLElement | false | null;
  /** Returns the input element of the active terminal, which gets the focus when a dialog closes; null without one. */
  input(): HTMLElement | null;
  /** Copies the selected text of the active terminal. */
  copy(): void;
  /** Copies the selected text of the active terminal, or the lines in sight while nothing is selected, as on a touch screen. */
  copyShown(): void;
  selectAll(): void;
  /** Pastes into the active terminal, or tells the keys for it if the page may not read the clipboard. */
  paste(): void;
  /** Changes the text size of all terminals. */
  changeTextSize(how: 'larger' | 'smaller'): void;
  record: RecordToggle;
  machineOf(host: TerminalHost): Machine;
  /** Returns the name of a tab: the given one, or that of its focused pane. */
  nameOf(tab: Tab): TerminalName;
  /** Returns the name of a pane. */
  nameOfPane(pane: Pane): TerminalName;
  /** Returns the name of a tab in one text. */
  titleOf(tab: Tab): string;
  /** Returns the name of a pane in one text. */
  titleOfPane(pane: Pane): string;
  /** Returns the title of a terminal that was left running, as untrusted text. */
  titleOfLeft(left: LeftTerminal): string;
}>;

/**
 * Creates the terminals of this window and connects them with the store: settings, peers, requests from other pages, and dialogs. Writes selected
 * text to the clipboard; reads the clipboard only in a browser, to paste. Called once, by `TerminalsPage`.
 * @param storage storage of the tabs for the next start
 */
export function useTerminals(storage: TabStorage): Terminals {
  const api = useApi();
  const requested = useApp((state) => state.requestedTerminal);
  const settings = useApp((state) => state.settings.terminal);
  const peers = useApp((state) => state.peers);
  const gateways = useApp((state) => state.gateways);
  const lists = useApp((state) => state.terminalLists);
  // The application doesn't let a page read the clipboard; a browser asks the person.
  const mayRead = useApp(({ facts }) => facts?.kind === 'browser') && canReadClipboard();
  const isShown = useApp((state) => state.place.page === 'terminals');
  const [question, ask] = useState<Question>();
  const record = useRecordToggle();
  const rendered = useRef<Terminals>(undefined);
  const latest = useCallback((): Terminals => {
    if (rendered.current === undefined) throw new TypeError('the terminals are not rendered yet');
    return rendered.current;
  }, []);
  const step = useRef<number>(undefined);
  const [manager] = useState(() => createTabs(storage, ask));
  const closing = useClosing(manager, (busy, closed, close) =>
    // An open question stays; the terminal can be closed after it.
    ask((before) => before ?? { kind: 'close', busy, panes: closed, close }),
  );
  const {
    tabs,
    panes,
    active: front,
    moved,
    broadcastPanes,
    left,
  } = useSyncExternalStore(manager.subscribe, manager.state);
  const tab = tabs.find(({ id }) => id === front);
  const activeId = tab?.focused;
  const active = activeId === undefined ? undefined : panes.get(activeId);
  const [numbers] = useState(() => new TitleNumbers(withNumber, readNumbers(storage)));
  const named = useMemo(
    () => namesOf(titledOf(manager, { panes, tabs, left }, { peers, gateways }), numbers),
    [numbers, manager, panes, tabs, left, peers, gateways],
  );
  // Machines change all the time; their names don't, and each change of the names renders what shows a terminal.
  const [names, setNames] = useState(named);
  if (!sameNames(names, named)) setNames(named);
  const nameOf = (of: Tab): TerminalName =>
    names.get(tabKey(of.id)) ?? names.get(of.name === '' ? of.focused : (of.namedPane ?? of.focused)) ?? NO_NAME;

  const focus = useCallback(() => {
    const id = focusedOf(manager);
    // On a touch screen, the focus would open the keyboard over the terminal.
    if (id !== undefined && !isTouchScreen()) manager.screen(id)?.focus();
  }, [manager]);
  const open = useCallback<Terminals['open']>(
    (host, running) => {
      if (!manager.open(host, running)) notifyTooMany();
    },
    [manager],
  );

  useEffect(() => {
    manager.restore();
    // A closed or reloaded page leaves its terminals running.
    return () => manager.dispose();
  }, [manager]);
  useEffect(() => manager.setApi(api), [manager, api]);
  useEffect(() => noteNames(peers), [peers]);
  useEffect(
    () =>
      useApp.subscribe((state, before) => {
        if (state.peers !== before.peers || state.gateways !== before.gateways) manager.describe();
      }),
    [manager],
  );
  useEffect(() => manager.configure(settings), [manager, settings]);
  useEffect(
    () => manager.setThemes(new Map(peers.map((peer) => [peer.peerId, peer.terminalProfile?.theme ?? null]))),
    [manager, peers],
  );
  useVisibleScreens(manager, { tab, panes }, isShown);
  useEffect(() => {
    if (!isShown || activeId === undefined) return;
    const isStep = step.current === front;
    step.current = undefined;
    if (isStep) document.getElementById(`terminal-tab-${front}`)?.focus();
    else focus();
  }, [isShown, activeId, front, focus]);
  useEffect(() => {
    // On another page, the person can't see where the input goes.
    if (!isShown && broadcastPanes.length > 0) {
      manager.broadcastTo([]);
      notifyBroadcastOver();
    }
  }, [manager, isShown, broadcastPanes]);
  useRequests(requested, manager, open);
  useEffect(() => {
    useApp.setState({
      openTerminals: [...openTerminals(manager, { panes, tabs }, names, tab), ...leftTerminals(left, names)],
      hasTerminal: panes.size > 0,
    });
    writeNumbers(storage, numbers.kept);
  }, [manager, storage, numbers, panes, tabs, left, names, tab]);
  const applied = useRef<typeof lists>({});
  useEffect(() => {
    for (const [peerId, listed] of Object.entries(lists))
      // An older list may lack a terminal that was opened and left since.
      if (applied.current[peerId] !== listed) manager.applyList({ kind: 'peer', peerId }, listed);
    applied.current = lists;
  }, [manager, lists]);
  useAskBeforeUnload(panes);
  useAutoReconnect(peers, gateways, manager);
  useForeground(manager, panes);
  useGivenNames(manager, tabs, panes);
  useLeftLists(manager, left, peers);

  const terminals: Terminals = {
    ...closing,
    latest,
    manager,
    tabs,
    tab,
    panes,
    active,
    moved,
    left,
    broadcastPanes,
    toggleBroadcast: () => {
      if (broadcastPanes.length > 0) manager.broadcastTo([]);
      else if (tab?.layout.kind === 'split') manager.broadcastTo(panesOf(tab.layout));
      else if (panes.size > 1) ask({ kind: 'broadcast' });
      else notify({ tone: 'info', text: text('broadcast.too-few') });
      focus();
    },
    question,
    ask,
    closeQuestion: () => ask(undefined),
    open,
    split: (direction, of = tab) => {
      if (of === undefined) return;
      manager.activate(of.id);
      if (!manager.split(of.focused, direction)) notifyTooMany();
    },
    duplicate: (of = tab) => {
      if (of !== undefined && !manager.duplicate(of.focused)) notifyTooMany();
    },
    reopen: () => {
      if (!manager.reopen()) notifyTooMany();
    },
    focus,
    stepTo: (id) => {
      if (id === front) return;
      step.current = id;
      manager.activate(id);
    },
    copy: () => void copyText(active === undefined ? '' : (manager.screen(active.id)?.selection ?? '')),
    copyShown: () => {
      const screen = active === undefined ? undefined : manager.screen(active.id);
      const selection = screen?.selection ?? '';
      void copyAndTell(
        selection || (screen?.visibleText ?? ''),
        text(selection === '' ? 'terminals.key.copied-screen' : 'terminals.key.copied'),
      );
    },
    returnFocus: () => {
      const id = focusedOf(manager);
      if (id === undefined || document.querySelector('[role="dialog"]') !== null) return false;
      const search = document.querySelector<HTMLElement>('[data-terminal-search]');
      if (search === null && isTouchScreen()) return null;
      return search ?? manager.screen(id)?.input ?? false;
    },
    input: () => {
      const id = focusedOf(manager);
      return (id === undefined ? undefined : manager.screen(id)?.input) ?? null;
    },
    selectAll: () => {
      if (active !== undefined) manager.screen(active.id)?.selectAll();
    },
    paste: () => {
      if (active === undefined) return;
      if (mayRead) void pasteFromClipboard(manager, active.id, ask);
      else notifyPasteKeys();
    },
    changeTextSize: (how) => void changeTextSize(api, how),
    record,
    machineOf: (host) => machineOf(host, { peers, gateways }),
    nameOf,
    nameOfPane: ({ id }) => names.get(id) ?? NO_NAME,
    titleOf: (of) => inOneText(nameOf(of)),
    titleOfPane: ({ id }) => inOneText(names.get(id) ?? NO_NAME),
    titleOfLeft: (one) => names.get(-1 - left.indexOf(one))?.title ?? '',
  };
  useLayoutEffect(() => {
    rendered.current = terminals;
  });
  return terminals;
}

/** Returns the focused pane of the tab in front. */
function focusedOf(manager: TerminalTabs): number | undefined {
  const { tabs, active } = manager.state();
  return tabs.find(({ id }) => id === active)?.focused;
}

/** Shows the panes of the tab in front, or its zoomed pane. The others aren't drawn. */
function useVisibleScreens(
  manager: TerminalTabs,
  { tab, panes }: Readonly<{ tab: Tab | undefined; panes: ReadonlyMap<number, Pane> }>,
  isPageShown: boolean,
): void {
  useEffect(() => {
    const inFront = tab === undefined || !isPageShown ? [] : tab.isZoomed ? [tab.focused] : panesOf(tab.layout);
    // All of them or none: a pane would be another size with the focus than without.
    const mayUseWebgl = inFront.length <= MOST_WEBGL;
    for (const id of panes.keys()) if (!inFront.includes(id)) manager.screen(id)?.hide();
    for (const id of inFront) manager.screen(id)?.show(mayUseWebgl);
  }, [manager, tab, panes, isPageShown]);
}

/** Opens a terminal that another page or the tray has requested, once; also a request from before the page was mounted. */
function useRequests(requested: AppState['requestedTerminal'], manager: TerminalTabs, open: Terminals['open']): void {
  const done = useRef(0);
  useEffect(() => {
    if (requested === undefined || requested.serial === done.current) return;
    done.current = requested.serial;
    const shown = 'isAny' in requested ? runningPane(manager, requested.peerId) : undefined;
    if (shown !== undefined) {
      manager.focusPane(shown);
      return;
    }
    open(
      'peerId' in requested
        ? { kind: 'peer', peerId: requested.peerId }
        : { kind: 'gateway', gatewayId: requested.gatewayId },
      'peerId' in requested ? requested.running : undefined,
    );
  }, [requested, manager, open]);
}
