import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { handleClipboardRequest } from './clipboard/clipboard.ts';
import type { BusyPane, HowToClose } from './closing/close-guard.ts';
import { clipboardKeys, formatDate, text } from '../../locale/index.ts';
import { dismissToast, navigate, notify, requestTerminal, useApi, useApp, type AppState } from '../../store/index.ts';
import { inspectLink, type Hyperlink } from './hyperlinks/hyperlink.ts';
import { inspectPaste, needsReview, PASTE_LIMIT, withoutBrackets } from './clipboard/paste.ts';
import { linkOf, machineOf, machineName, noteNames, quotedNameOf, type Machine } from './session/machine.ts';
import { leaveKeys } from './session/leave-hint.ts';
import { isOver } from './session/phase.ts';
import { terminalHostKey, type TerminalHost } from './session/terminal-host.ts';
import { panesOf, type Direction } from './panes/layout.ts';
import { plainCopy } from './clipboard/plain-copy.ts';
import { MOST_TERMINALS, type TabStorage } from './tabs/saved-tabs.ts';
import type { LeftTerminal } from './tabs/left-terminals.ts';
import type { Pane, Tab, TabsState } from './tabs/tab-types.ts';
import { TerminalTabs } from './tabs/terminal-tabs.ts';
import { useLeftLists } from './tabs/use-left-lists.ts';
import { useClosing, type Closing } from './closing/use-closing.ts';
import { useAutoReconnect } from './session/use-auto-reconnect.ts';
import { useRecordToggle, type RecordToggle } from './recording/use-record-toggle.ts';
import { browserClock, quoteUntrusted } from '../../ui/index.ts';
import { TitleNumbers, type Titled } from './tabs/numbered-titles.ts';
import { distinctFolder, folderOf, programOf } from './tabs/pane-text.ts';
import { readNumbers, writeNumbers } from './tabs/saved-numbers.ts';
import { tidyTitle } from './tabs/title.ts';
import { useForeground } from './session/use-foreground.ts';
import { givenNames, useGivenNames } from './tabs/use-given-names.ts';
import { isTouchScreen } from './screen/touch-screen.ts';

/** Most terminals in sight that are drawn with WebGL. A browser allows a page sixteen contexts and takes back the oldest. */
const MOST_WEBGL = 6;

/** Dialog that the page shows, with its subject. */
export type Question =
  /** `isOnePaste`: the programs that receive it have turned on bracketed paste. */
  | Readonly<{ kind: 'paste'; pane: number; text: string; isOnePaste: boolean }>
  | Readonly<{ kind: 'link'; link: Hyperlink; peer: string }>
  | Readonly<{ kind: 'share'; pane: number; peerId: string; terminal: string }>
  | Readonly<{ kind: 'broadcast' }>
  | Readonly<{ kind: 'record-keys'; pane: number }>
  | Readonly<{ kind: 'rename'; tab: Tab }>
  /** Look and start of terminals on a machine. */
  | Readonly<{ kind: 'profile'; peerId: string }>
  /** The panes are closed together; programs run in some of them. */
  | Readonly<{ kind: 'close'; busy: readonly BusyPane[]; panes: readonly number[]; close(how: HowToClose): void }>;

/** Name of a terminal or tab among others, as untrusted text. */
export type TerminalName = Readonly<{
  /** Given name, program or machine; with a number if an older terminal of the machine has the same title and folder. */
  title: string;
  /** End of its folder, which tells it from others of the same machine and title; empty if nothing needs telling apart. */
  folder: string;
}>;

/** State and actions of the page's terminals. `TerminalsPage` passes it to every component that shows or changes a terminal. */
export type Terminals = Readonly<{
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
  const names = useMemo(
    () => namesOf(titledOf(manager, { panes, tabs, left }, { peers, gateways }), numbers),
    [numbers, manager, panes, tabs, left, peers, gateways],
  );
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
  useRequests(requested, open);
  useEffect(() => {
    useApp.setState({
      openTerminals: [...openTerminals(manager, panes, names), ...leftTerminals(left, names)],
      hasTerminal: panes.size > 0,
    });
    writeNumbers(storage, numbers.kept);
  }, [manager, storage, numbers, panes, left, names]);
  const applied = useRef<typeof lists>({});
  useEffect(() => {
    for (const [peerId, listed] of Object.entries(lists))
      // An older list may lack a terminal that was opened and left since.
      if (applied.current[peerId] !== listed) manager.applyList({ kind: 'peer', peerId }, listed);
    applied.current = lists;
  }, [manager, lists]);
  useAutoReconnect(peers, gateways, manager);
  useForeground(manager, panes);
  useGivenNames(manager, tabs, panes);
  useLeftLists(manager, left, peers);

  return {
    ...closing,
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
    record,
    machineOf: (host) => machineOf(host, { peers, gateways }),
    nameOf,
    nameOfPane: ({ id }) => names.get(id) ?? NO_NAME,
    titleOf: (of) => inOneText(nameOf(of)),
    titleOfPane: ({ id }) => inOneText(names.get(id) ?? NO_NAME),
    titleOfLeft: (one) => names.get(-1 - left.indexOf(one))?.title ?? '',
  };
}

/** Returns the terminals on peers, for the pages of machines. */
function openTerminals(
  manager: TerminalTabs,
  panes: ReadonlyMap<number, Pane>,
  names: Names,
): AppState['openTerminals'] {
  return [...panes.values()].flatMap((pane) => {
    const { host, id } = pane;
    if (host.kind !== 'peer') return [];
    const isEnded = isOver(pane.phase) || pane.phase.kind === 'failed';
    const show = (): void => {
      manager.focusPane(id);
      navigate({ page: 'terminals' });
    };
    const title = names.get(id)?.title ?? '';
    return [
      {
        id,
        peerId: host.peerId,
        title,
        folder: folderOf(pane),
        isLeft: false,
        isEnded,
        terminal: manager.session(id)?.terminal,
        show,
      },
    ];
  });
}

/** Returns the terminals on peers that were left running, for the pages of machines. */
function leftTerminals(left: readonly LeftTerminal[], names: Names): AppState['openTerminals'] {
  return left.flatMap(({ host, terminal, title }, index) => {
    if (host.kind !== 'peer') return [];
    const { peerId } = host;
    const show = (): void => requestTerminal(peerId, { terminal, title });
    const id = -1 - index;
    return [{ id, peerId, title: names.get(id)?.title ?? '', folder: '', isLeft: true, terminal, show }];
  });
}

/** Key of a title: the number of a pane, -1, -2 and so on for terminals that were left, or a split tab with a name. */
type TitleKey = number | `tab ${number}`;
type Names = ReadonlyMap<TitleKey, TerminalName>;
const NO_NAME: TerminalName = { title: '', folder: '' };

function tabKey(tab: number): TitleKey {
  return `tab ${tab}`;
}

/** Numbers equal titles in equal folders, and finds the end of each folder that tells equal titles apart. */
function namesOf(all: readonly Titled<TitleKey>[], numbers: TitleNumbers): Names {
  const numbered = numbers.number(all);
  return new Map(
    all.map(({ key, scope, title, detail = '' }) => {
      const others = all.filter((other) => other.scope === scope && other.title === title && other.key !== key);
      const folders = others.map((other) => other.detail ?? '').filter((folder) => folder !== '');
      return [key, { title: numbered.get(key) ?? title, folder: distinctFolder(detail, folders) }];
    }),
  );
}

function inOneText({ title, folder }: TerminalName): string {
  return folder === '' ? title : `${title} · ${folder}`;
}

/**
 * Returns what has a title, all in one list, so that a number means the same on a tab, in a pane and in a menu: panes, split tabs with a name, and the
 * terminals that were left. A name given to the tab of a single terminal is that terminal's title. The oldest come first.
 */
function titledOf(
  manager: TerminalTabs,
  { panes, tabs, left }: Pick<TabsState, 'panes' | 'tabs' | 'left'>,
  known: Pick<AppState, 'peers' | 'gateways'>,
): readonly Titled<TitleKey>[] {
  const named = tabs.filter(({ name, namedPane }) => name !== '' && namedPane === undefined);
  const nameOf = givenNames(tabs);
  return [
    ...[...panes.values()].map(({ id, ...pane }) => ({
      key: id,
      // A name is told apart by its number, and so is a title that isn't known yet.
      detail: nameOf.has(id) || programOf(pane) === '' ? '' : folderOf(pane, panes.values()),
      // A terminal that leaves its pane, or gets another, keeps its number.
      keys: [manager.session(id)?.terminal].filter((terminal) => terminal !== undefined),
      scope: terminalHostKey(pane.host),
      title: nameOf.get(id) ?? (programOf(pane) || machineName(machineOf(pane.host, known))),
      isPassing: !nameOf.has(id) && programOf(pane) === '',
    })),
    ...named.flatMap(({ id, name, layout, focused }) => {
      const pane = panes.get(focused);
      if (pane === undefined || panesOf(layout).length === 1) return [];
      return [{ key: tabKey(id), scope: terminalHostKey(pane.host), title: name }];
    }),
    ...left.map(({ host, terminal, title, name }, index) => ({
      key: -1 - index,
      keys: [terminal],
      scope: terminalHostKey(host),
      title: leftTitle({ name, program: title || machineName(machineOf(host, known)) }, left),
    })),
  ];
}

/** Returns the name of the tab in which a terminal was left, or its program; both where several terminals were in the tab. */
function leftTitle(
  { name, program }: Readonly<{ name: string | undefined; program: string }>,
  left: readonly LeftTerminal[],
): string {
  if (name === undefined) return program;
  return left.filter((other) => other.name === name).length > 1 ? `${name} · ${program}` : name;
}

function withNumber(title: string, number: number): string {
  return text('terminals.tab.numbered', { title, number });
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

function createTabs(storage: TabStorage, ask: (question: Question) => void): TerminalTabs {
  const { settings } = useApp.getState();
  const tabs = new TerminalTabs({
    storage,
    clock: browserClock,
    settings: settings.terminal,
    texts: (host) => ({
      label: text('terminals.input', { peer: currentName(host) }),
      leftOut: text('terminals.left-out'),
      newShell: () =>
        text('terminals.new-shell', {
          peer: currentName(host),
          time: formatDate(Date.now(), { timeStyle: 'short' }),
        }),
      leave: () => {
        const keys = leaveKeys();
        return keys === undefined ? undefined : text('terminals.strip.leave', { keys });
      },
    }),
    onPaste: (pane, pasted) => takePaste(tabs, pane, pasted, ask),
    onLink: (pane, target, shown) => {
      const host = tabs.state().panes.get(pane)?.host;
      if (host !== undefined) ask({ kind: 'link', link: inspectLink(target, shown), peer: currentName(host) });
    },
    onClipboard: (pane, data) => handleClipboardRequest(tabs, pane, data),
    isPaused: () => useApp.getState().status?.paused !== undefined,
    acceptsBroadcast: (host) => linkOf(currentMachine(host)) !== 'reconnecting',
    onBroadcastOver: notifyBroadcastOver,
    onLeft: (left, reopen) => notifyLeft(tabs, left, reopen),
    onLeftEnded: notifyEnded,
    onNoFolder: (host, folder) =>
      warn(text('terminals.no-folder', { folder: quoteUntrusted(tidyTitle(folder)), peer: currentName(host) })),
    onDropped: (host) => warn(text('terminals.input.dropped', { peer: currentName(host) })),
    onSelected: (selected) => void copyText(selected),
    onRightClick: (pane, selected) => rightClick(tabs, pane, selected, ask),
  });
  return tabs;
}

/** Opens a terminal that another page or the tray has requested, once; also a request from before the page was mounted. */
function useRequests(requested: AppState['requestedTerminal'], open: Terminals['open']): void {
  const done = useRef(0);
  useEffect(() => {
    if (requested === undefined || requested.serial === done.current) return;
    done.current = requested.serial;
    open(
      'peerId' in requested
        ? { kind: 'peer', peerId: requested.peerId }
        : { kind: 'gateway', gatewayId: requested.gatewayId },
      'peerId' in requested ? requested.running : undefined,
    );
  }, [requested, open]);
}

/**
 * Handles a right click that opens no menu, as the settings say: copies the selection or pastes.
 * @returns true if the click is handled
 */
function rightClick(tabs: TerminalTabs, pane: number, selected: string, ask: (question: Question) => void): boolean {
  const { settings, facts } = useApp.getState();
  if (settings.terminal.rightClick === 'copy-paste' && selected !== '') {
    void copyText(selected);
    tabs.screen(pane)?.clearSelection();
    return true;
  }
  // The application doesn't let a page read the clipboard: it pastes by itself after this event.
  if (facts?.kind !== 'browser') return false;
  if (canReadClipboard()) void pasteFromClipboard(tabs, pane, ask);
  return true;
}

function notifyBroadcastOver(): void {
  notify({ tone: 'info', text: text('broadcast.stopped') });
}

/** Tells that terminals of one machine that were left running have ended. */
function notifyEnded(ended: readonly LeftTerminal[]): void {
  const [first] = ended;
  if (first === undefined) return;
  const { host, terminal, name, title } = first;
  const peer = currentName(host);
  const shown = name ?? title;
  notify({
    tone: 'info',
    text:
      ended.length > 1
        ? text('terminals.left.ended.count', { count: ended.length, peer })
        : text('terminals.left.ended', {
            peer,
            title: shown === '' ? terminal.slice(0, 8) : quoteUntrusted(shown),
          }),
  });
}

/** Tells that terminals keep running, with a button that opens them again. */
function notifyLeft(tabs: TerminalTabs, left: readonly LeftTerminal[], reopen: () => boolean): void {
  const [first] = left;
  if (first === undefined) return;
  const peer = currentName(first.host);
  const shown = first.name ?? first.title;
  const title = shown === '' ? first.terminal.slice(0, 8) : quoteUntrusted(shown);
  const id = notify({
    tone: 'info',
    text:
      left.length === 1
        ? text('terminals.new.resume', { peer, title })
        : text('terminals.left', { count: left.length }),
    action: {
      label: text('terminals.left.reopen'),
      run: () => {
        navigate({ page: 'terminals' });
        if (!reopen()) notifyTooMany();
      },
    },
  });
  // Opened again in another way, or ended.
  const stop = tabs.subscribe(() => {
    const isShown = useApp.getState().toasts.some((toast) => toast.id === id);
    if (isShown && left.some(({ host, terminal }) => tabs.isLeft(host, terminal))) return;
    stop();
    dismissToast(id);
  });
}

function notifyPasteKeys(): void {
  notify({ tone: 'info', text: text('terminals.paste.keys', { keys: clipboardKeys('V') }) });
}

function notifyTooMany(): void {
  warn(text('terminals.too-many', { count: MOST_TERMINALS }));
}

function takePaste(tabs: TerminalTabs, pane: number, pasted: string, ask: (question: Question) => void): void {
  if (pasted.length > PASTE_LIMIT) {
    warn(text('terminals.paste.large'));
    return;
  }
  const plain = withoutBrackets(pasted);
  if (useApp.getState().settings.terminal.pasteGuard && needsReview(inspectPaste(plain))) {
    ask({ kind: 'paste', pane, text: plain, isOnePaste: tabs.bracketsPaste(pane) });
  } else tabs.paste(pane, plain);
}

/** Reports whether the page can read the clipboard, which browsers deny in insecure contexts. */
function canReadClipboard(): boolean {
  return 'clipboard' in navigator && 'readText' in navigator.clipboard;
}

async function pasteFromClipboard(tabs: TerminalTabs, pane: number, ask: (question: Question) => void): Promise<void> {
  try {
    const pasted = await navigator.clipboard.readText();
    if (pasted !== '') takePaste(tabs, pane, pasted, ask);
  } catch {
    notifyPasteKeys();
  }
  tabs.screen(pane)?.focus();
}

/** @returns true if there was something to copy, and it was copied */
async function copyText(selected: string): Promise<boolean> {
  if (selected === '') return false;
  try {
    await navigator.clipboard.writeText(plainCopy(selected));
    return true;
  } catch {
    warn(text('terminals.copy.failed'));
    return false;
  }
}

async function copyAndTell(shown: string, words: string): Promise<void> {
  if (await copyText(shown)) notify({ tone: 'good', text: words });
}

function warn(words: string): void {
  notify({ tone: 'warning', text: words });
}

function currentMachine(host: TerminalHost): Machine {
  return machineOf(host, useApp.getState());
}

function currentName(host: TerminalHost): string {
  return quotedNameOf(currentMachine(host));
}
