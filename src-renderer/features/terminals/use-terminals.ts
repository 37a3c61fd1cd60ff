import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { GatewayView, PeerView } from '#shared/app-api/index.ts';
import { text } from '../../i18n/index.ts';
import { notify, useApi, useApp, type AppState } from '../../store/index.ts';
import { browserClock } from '../peers/index.ts';
import { inspectLink, type Link } from './link.ts';
import { inspectPaste, needsLook, PASTE_LIMIT, withoutBrackets } from './paste.ts';
import { machineOf, nameOf, placesOf, quotedNameOf, type Machine } from './machine.ts';
import { keyOf, type Place } from './place.ts';
import { MOST_TABS, type TabStorage } from './saved-tabs.ts';
import { TerminalTabs, type Tab } from './terminal-tabs.ts';

/** What the person is asked before it happens. */
export type Question =
  | Readonly<{ kind: 'paste'; tab: number; text: string }>
  | Readonly<{ kind: 'link'; link: Link; peer: string }>
  | Readonly<{ kind: 'rename'; tab: Tab }>;

export type Terminals = Readonly<{
  manager: TerminalTabs;
  tabs: readonly Tab[];
  active: Tab | undefined;
  question: Question | undefined;
  ask(question: Question): void;
  /** The dialog is done with. */
  answered(): void;
  open(place: Place, running?: Readonly<{ terminal: string; title: string }>): void;
  /** The terminal in front. */
  focus(): void;
  /** Brings it to the front while the keyboard stays among the tabs. */
  stepTo(tab: number): void;
  /** For what floats, when it is closed: the search if it is open, else the terminal; a dialog that follows has it. */
  returnFocus(): HTMLElement | false;
  /** For a dialog, when it is closed: the terminal in front; null where there is none. */
  input(): HTMLElement | null;
  copy(): void;
  selectAll(): void;
  /** Undefined where a page may not read the clipboard: then a paste comes by the keyboard only. */
  paste: (() => void) | undefined;
  machineOf(place: Place): Machine;
  /** Name, title, or machine, as text of another machine. */
  titleOf(tab: Tab): string;
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
  const step = useRef<number>(undefined);
  const [manager] = useState(() => createTabs(storage, ask));
  const { tabs, active: activeId } = useSyncExternalStore(manager.subscribe, manager.state);
  const active = tabs.find(({ id }) => id === activeId);

  const focus = useCallback(() => {
    const { active: id } = manager.state();
    if (id !== undefined) manager.screen(id)?.focus();
  }, [manager]);
  const open = useCallback<Terminals['open']>(
    (place, running) => {
      if (!manager.open(place, running)) {
        notify({ tone: 'warning', text: text('terminals.too-many', { count: MOST_TABS }) });
      }
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
  useEffect(() => {
    for (const id of tabs.map((tab) => tab.id)) manager.screen(id)?.show(isShown && id === activeId);
  }, [manager, tabs, activeId, isShown]);
  useEffect(() => {
    if (!isShown || activeId === undefined) return;
    const isStep = step.current === activeId;
    step.current = undefined;
    if (isStep) document.getElementById(`terminal-tab-${activeId}`)?.focus();
    else focus();
  }, [isShown, activeId, focus]);
  useRequests(requested, open);
  useReachable(peers, gateways, manager);

  return {
    manager,
    tabs,
    active,
    question,
    ask,
    answered: () => ask(undefined),
    open,
    focus,
    stepTo: (tab) => {
      if (tab === activeId) return;
      step.current = tab;
      manager.activate(tab);
    },
    copy: () => void copyText(active === undefined ? '' : (manager.screen(active.id)?.selection ?? '')),
    returnFocus: () => {
      const { active: id } = manager.state();
      if (id === undefined || document.querySelector('[role="dialog"]') !== null) return false;
      return document.querySelector<HTMLElement>('[data-terminal-search]') ?? manager.screen(id)?.input ?? false;
    },
    input: () => {
      const { active: id } = manager.state();
      return (id === undefined ? undefined : manager.screen(id)?.input) ?? null;
    },
    selectAll: () => {
      if (active !== undefined) manager.screen(active.id)?.selectAll();
    },
    paste: mayRead
      ? () => {
          if (active !== undefined) void pasteFromClipboard(manager, active.id, ask);
        }
      : undefined,
    machineOf: (place) => machineOf(place, { peers, gateways }),
    titleOf: (tab) => numbered(tab, tabs),
  };
}

/** Tabs that would be called the same are told apart by a number. */
function numbered(tab: Tab, tabs: readonly Tab[]): string {
  const plain = ({ name, title, place }: Tab): string => name || title || nameOf(machineNow(place));
  const title = plain(tab);
  const same = tabs.filter((other) => plain(other) === title);
  return same.length < 2 ? title : text('terminals.tab.numbered', { title, number: same.indexOf(tab) + 1 });
}

function createTabs(storage: TabStorage, ask: (question: Question) => void): TerminalTabs {
  const { settings } = useApp.getState();
  const tabs = new TerminalTabs({
    storage,
    clock: browserClock,
    settings: settings.terminal,
    label: (place) => text('terminals.input', { peer: nameNow(place) }),
    onPaste: (tab, pasted) => takePaste(tabs, tab, pasted, ask),
    onLink: (tab, target, shown) => {
      const place = tabs.state().tabs.find(({ id }) => id === tab)?.place;
      if (place !== undefined) ask({ kind: 'link', link: inspectLink(target, shown), peer: nameNow(place) });
    },
    onClipboard: (place) => warn(text('terminals.clipboard', { peer: nameNow(place) })),
    onDropped: (place) => warn(text('terminals.input.dropped', { peer: nameNow(place) })),
    onSelected: (selected) => void copyText(selected),
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

/** What was lost on a machine is sought as soon as that can be reached again. */
function useReachable(peers: readonly PeerView[], gateways: readonly GatewayView[], manager: TerminalTabs): void {
  const before = useRef<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const places = placesOf({ peers, gateways });
    for (const place of places) if (!before.current.has(keyOf(place))) manager.reachable(place);
    before.current = new Set(places.map(keyOf));
  }, [peers, gateways, manager]);
}

function takePaste(tabs: TerminalTabs, tab: number, pasted: string, ask: (question: Question) => void): void {
  if (pasted.length > PASTE_LIMIT) {
    warn(text('terminals.paste.large'));
    return;
  }
  const plain = withoutBrackets(pasted);
  if (useApp.getState().settings.terminal.pasteGuard && needsLook(inspectPaste(plain))) {
    ask({ kind: 'paste', tab, text: plain });
  } else tabs.screen(tab)?.paste(plain);
}

/** There is no clipboard where the page is not trustworthy to the browser. */
function canReadClipboard(): boolean {
  return 'clipboard' in navigator && 'readText' in navigator.clipboard;
}

async function pasteFromClipboard(tabs: TerminalTabs, tab: number, ask: (question: Question) => void): Promise<void> {
  try {
    const pasted = await navigator.clipboard.readText();
    if (pasted !== '') takePaste(tabs, tab, pasted, ask);
  } catch {
    notify({ tone: 'info', text: text('terminals.paste.keys') });
  }
  tabs.screen(tab)?.focus();
}

async function copyText(selected: string): Promise<void> {
  if (selected === '') return;
  try {
    await navigator.clipboard.writeText(selected);
  } catch {
    warn(text('terminals.copy.failed'));
  }
}

function warn(words: string): void {
  notify({ tone: 'warning', text: words });
}

function machineNow(place: Place): Machine {
  return machineOf(place, useApp.getState());
}

function nameNow(place: Place): string {
  return quotedNameOf(machineNow(place));
}
