import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { takeClipboard } from './clipboard/clipboard.ts';
import type { BusyPane } from './closing/close-guard.ts';
import { clipboardKeys, text } from '../../locale/index.ts';
import { notify, useApi, useApp, type AppState } from '../../store/index.ts';
import { inspectLink, type Hyperlink } from './hyperlinks/hyperlink.ts';
import { inspectPaste, needsReview, PASTE_LIMIT, withoutBrackets } from './clipboard/paste.ts';
import { linkOf, machineOf, machineName, quotedNameOf, type Machine } from './session/machine.ts';
import type { TerminalHost } from './session/terminal-host.ts';
import { panesOf, type Direction } from './panes/layout.ts';
import { plainCopy } from './clipboard/plain-copy.ts';
import { MOST_TERMINALS, type TabStorage } from './tabs/saved-tabs.ts';
import type { Pane, Tab, TabsState } from './tabs/tab-types.ts';
import { TerminalTabs } from './tabs/terminal-tabs.ts';
import { useClosing, type Closing } from './closing/use-closing.ts';
import { useAutoReconnect } from './session/use-auto-reconnect.ts';
import { useRecordToggle, type RecordToggle } from './recording/use-record-toggle.ts';
import { browserClock } from '../../ui/index.ts';

/** So many terminals have a graphics card of their own at a time; a browser gives a page sixteen, and takes them back from the oldest. */
const MOST_CARDS = 6;

/** What the person is asked before it happens. */
export type Question =
  | Readonly<{ kind: 'paste'; pane: number; text: string }>
  | Readonly<{ kind: 'link'; link: Hyperlink; peer: string }>
  | Readonly<{ kind: 'share'; pane: number; peerId: string; terminal: string }>
  | Readonly<{ kind: 'broadcast' }>
  | Readonly<{ kind: 'record-keys'; pane: number }>
  | Readonly<{ kind: 'rename'; tab: Tab }>
  /** So many are closed together; in some of them programs run. */
  | Readonly<{ kind: 'close'; busy: readonly BusyPane[]; count: number; close(): void }>;

export type Terminals = Readonly<{
  manager: TerminalTabs;
  tabs: readonly Tab[];
  /** In front. */
  tab: Tab | undefined;
  /** All of them, by their ids. */
  panes: ReadonlyMap<number, Pane>;
  /** The one with the keyboard: in front, or among those in front. */
  active: Pane | undefined;
  /** Where the tab stands now that was moved last. */
  moved: TabsState['moved'];
  /** Panes of which each gets what is typed into one of them; empty while that is off. */
  broadcastPanes: TabsState['broadcastPanes'];
  /** Ends typing into several; or begins it, in all of the tab in front, or in those that the person chooses. */
  toggleBroadcast(): void;
  question: Question | undefined;
  ask(question: Question): void;
  /** The dialog is done with. */
  answered(): void;
  close: Closing['close'];
  closeTab: Closing['closeTab'];
  open(host: TerminalHost, running?: Readonly<{ terminal: string; title: string }>): void;
  /** A new one on the same machine, beside or below the active one. */
  split(direction: Direction): void;
  /** A new one on the same machine, where the shell of the active one is, in a tab of its own. */
  duplicate(): void;
  /** The tab that was closed last. */
  reopen(): void;
  /** The active terminal. */
  focus(): void;
  /** Brings it to the front while the keyboard stays among the tabs. */
  stepTo(tab: number): void;
  /** For what floats, when it is closed: the search if it is open, else the terminal; a dialog that follows has it. */
  returnFocus(): HTMLElement | false;
  /** For a dialog, when it is closed: the terminal in front; null where there is none. */
  input(): HTMLElement | null;
  copy(): void;
  selectAll(): void;
  /** Where a page may not read the clipboard, which keys do it. */
  paste(): void;
  record: RecordToggle;
  machineOf(host: TerminalHost): Machine;
  /** Name, title of the pane with the keyboard, or machine, as text of another machine. */
  titleOf(tab: Tab): string;
  /** Title or machine. */
  titleOfPane(pane: Pane): string;
}>;

/** The terminals of this window, joined with the state of the application. */
export function useTerminals(storage: TabStorage): Terminals {
  const api = useApi();
  const requested = useApp((state) => state.requestedTerminal);
  const settings = useApp((state) => state.settings.terminal);
  const peers = useApp((state) => state.peers);
  const gateways = useApp((state) => state.gateways);
  // The application lets no page read the clipboard; a browser asks the person.
  const mayRead = useApp(({ facts }) => facts?.kind === 'browser') && canReadClipboard();
  const isShown = useApp((state) => state.page === 'terminals');
  const [question, ask] = useState<Question>();
  const record = useRecordToggle();
  const step = useRef<number>(undefined);
  const [manager] = useState(() => createTabs(storage, ask));
  const closing = useClosing(manager, (busy, count, close) =>
    // What is being answered is not taken away: the terminal stays, and can be closed after it.
    ask((before) => before ?? { kind: 'close', busy, count, close }),
  );
  const { tabs, panes, active: front, moved, broadcastPanes } = useSyncExternalStore(manager.subscribe, manager.state);
  const tab = tabs.find(({ id }) => id === front);
  const activeId = tab?.focused;
  const active = activeId === undefined ? undefined : panes.get(activeId);

  const focus = useCallback(() => {
    const id = focusedOf(manager);
    if (id !== undefined) manager.screen(id)?.focus();
  }, [manager]);
  const open = useCallback<Terminals['open']>(
    (host, running) => {
      if (!manager.open(host, running)) notifyTooMany();
    },
    [manager],
  );

  useEffect(() => {
    manager.restore();
    // A page that is closed or loaded anew leaves its terminals running.
    return () => manager.dispose();
  }, [manager]);
  useEffect(() => manager.setApi(api), [manager, api]);
  useEffect(() => manager.configure(settings), [manager, settings]);
  useShown(manager, { tab, panes }, isShown);
  useEffect(() => {
    if (!isShown || activeId === undefined) return;
    const isStep = step.current === front;
    step.current = undefined;
    if (isStep) document.getElementById(`terminal-tab-${front}`)?.focus();
    else focus();
  }, [isShown, activeId, front, focus]);
  useEffect(() => {
    // Nobody sees there where their typing would go.
    if (!isShown && broadcastPanes.length > 0) {
      manager.broadcastTo([]);
      notifyBroadcastOver();
    }
  }, [manager, isShown, broadcastPanes]);
  useRequests(requested, open);
  useAutoReconnect(peers, gateways, manager);

  return {
    ...closing,
    manager,
    tabs,
    tab,
    panes,
    active,
    moved,
    broadcastPanes,
    toggleBroadcast: () => {
      if (broadcastPanes.length > 0) manager.broadcastTo([]);
      else if (tab?.layout.kind === 'split') manager.broadcastTo(panesOf(tab.layout));
      else if (panes.size > 1) ask({ kind: 'broadcast' });
      else notify({ tone: 'info', text: text('together.too-few') });
      focus();
    },
    question,
    ask,
    answered: () => ask(undefined),
    open,
    split: (direction) => {
      if (activeId !== undefined && !manager.split(activeId, direction)) notifyTooMany();
    },
    duplicate: () => {
      if (activeId !== undefined && !manager.duplicate(activeId)) notifyTooMany();
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
    returnFocus: () => {
      const id = focusedOf(manager);
      if (id === undefined || document.querySelector('[role="dialog"]') !== null) return false;
      return document.querySelector<HTMLElement>('[data-terminal-search]') ?? manager.screen(id)?.input ?? false;
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
    titleOf: (of) => numbered(of, tabs, panes),
    titleOfPane: plainTitle,
  };
}

/** Tabs that would be called the same are told apart by a number. */
function numbered(tab: Tab, tabs: readonly Tab[], panes: ReadonlyMap<number, Pane>): string {
  const plain = ({ name, focused }: Tab): string => {
    const pane = panes.get(focused);
    return name || (pane === undefined ? '' : plainTitle(pane));
  };
  const title = plain(tab);
  const same = tabs.filter((other) => plain(other) === title);
  return same.length < 2 ? title : text('terminals.tab.numbered', { title, number: same.indexOf(tab) + 1 });
}

function plainTitle({ title, host }: Pane): string {
  return title || machineName(machineNow(host));
}

/** The pane with the keyboard. */
function focusedOf(manager: TerminalTabs): number | undefined {
  const { tabs, active } = manager.state();
  return tabs.find(({ id }) => id === active)?.focused;
}

/** Draws what can be seen: the panes of the tab in front, or the one of them that has the whole room. Of the others nothing is drawn. */
function useShown(
  manager: TerminalTabs,
  { tab, panes }: Readonly<{ tab: Tab | undefined; panes: ReadonlyMap<number, Pane> }>,
  isPageShown: boolean,
): void {
  useEffect(() => {
    const inFront = tab === undefined || !isPageShown ? [] : tab.isZoomed ? [tab.focused] : panesOf(tab.layout);
    // Who has the keyboard comes first to a graphics card: there are only a few.
    const order = inFront.toSorted((one, other) => Number(other === tab?.focused) - Number(one === tab?.focused));
    for (const id of panes.keys()) if (!inFront.includes(id)) manager.screen(id)?.show(false, false);
    for (const [position, id] of order.entries()) manager.screen(id)?.show(true, position < MOST_CARDS);
  }, [manager, tab, panes, isPageShown]);
}

function createTabs(storage: TabStorage, ask: (question: Question) => void): TerminalTabs {
  const { settings } = useApp.getState();
  const tabs = new TerminalTabs({
    storage,
    clock: browserClock,
    settings: settings.terminal,
    texts: (host) => ({
      label: text('terminals.input', { peer: nameNow(host) }),
      leftOut: text('terminals.left-out'),
    }),
    onPaste: (pane, pasted) => takePaste(tabs, pane, pasted, ask),
    onLink: (pane, target, shown) => {
      const host = tabs.state().panes.get(pane)?.host;
      if (host !== undefined) ask({ kind: 'link', link: inspectLink(target, shown), peer: nameNow(host) });
    },
    onClipboard: (pane, data) => takeClipboard(tabs, pane, data),
    isPaused: () => useApp.getState().status?.paused !== undefined,
    acceptsBroadcast: (host) => linkOf(machineNow(host)) !== 'reconnecting',
    onBroadcastOver: notifyBroadcastOver,
    onDropped: (host) => warn(text('terminals.input.dropped', { peer: nameNow(host) })),
    onSelected: (selected) => void copyText(selected),
    onRightClick: (pane, selected) => rightClick(tabs, pane, selected, ask),
  });
  return tabs;
}

/** Opens what was asked for, once for each wish, also one from before this page was there. */
function useRequests(requested: AppState['requestedTerminal'], open: Terminals['open']): void {
  const done = useRef(0);
  useEffect(() => {
    if (requested === undefined || requested.serial === done.current) return;
    done.current = requested.serial;
    open(
      'peerId' in requested
        ? { kind: 'peer', peerId: requested.peerId }
        : { kind: 'gateway', gatewayId: requested.gatewayId },
    );
  }, [requested, open]);
}

/** Where the right button is not for a menu. */
function rightClick(tabs: TerminalTabs, pane: number, selected: string, ask: (question: Question) => void): boolean {
  const { settings, facts } = useApp.getState();
  if (settings.terminal.rightClick === 'copy-paste' && selected !== '') {
    void copyText(selected);
    tabs.screen(pane)?.clearSelection();
    return true;
  }
  // The application lets no page read the clipboard: it pastes by itself when it hears of the button.
  if (facts?.kind !== 'browser') return false;
  if (canReadClipboard()) void pasteFromClipboard(tabs, pane, ask);
  return true;
}

function notifyBroadcastOver(): void {
  notify({ tone: 'info', text: text('together.over') });
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
    ask({ kind: 'paste', pane, text: plain });
  } else tabs.paste(pane, plain);
}

/** There is no clipboard where the page is not trustworthy to the browser. */
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

async function copyText(selected: string): Promise<void> {
  if (selected === '') return;
  try {
    await navigator.clipboard.writeText(plainCopy(selected));
  } catch {
    warn(text('terminals.copy.failed'));
  }
}

function warn(words: string): void {
  notify({ tone: 'warning', text: words });
}

function machineNow(host: TerminalHost): Machine {
  return machineOf(host, useApp.getState());
}

function nameNow(host: TerminalHost): string {
  return quotedNameOf(machineNow(host));
}
