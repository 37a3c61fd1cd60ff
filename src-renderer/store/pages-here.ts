import { useShallow } from 'zustand/react/shallow';
import type { ShellFacts } from '#shared/app-api/index.ts';
import { setInBrowser } from '../locale/index.ts';
import { MACHINE_TABS, PAGES, useApp, type AppState, type MachineTab, type Page } from './state.ts';

/**
 * Returns the pages that the window lists, in their order. The inbox of a browser, which no one asks for anything, is there once a machine lets the
 * browser answer its requests. Messages are listed once there is one, or an agent beside the person, and while their page is shown.
 */
export function pagesHere(state: PagesState): readonly Page[] {
  return PAGES.filter((page) => hasPage(state, page) && (page !== 'messages' || usesMessages(state)));
}

/** Reports whether the agent can serve a page. Messages have their page also while it isn't listed. */
export function hasPage({ facts, peers }: Pick<PagesState, 'facts' | 'peers'>, page: Page): boolean {
  if (!isWithout(facts, page)) return true;
  return page === 'inbox' && peers.some(({ browserThere }) => browserThere?.answers === true);
}

function usesMessages({ agents, conversations = [], place }: PagesState): boolean {
  return place.page === 'messages' || conversations.length > 0 || agents.some(({ builtIn }) => !builtIn);
}

/** State that decides which pages there are. */
type PagesState = Pick<AppState, 'facts' | 'peers' | 'agents' | 'conversations' | 'place'>;

/** Returns the pages as `pagesHere` does, and renders again when they change. */
export function usePagesHere(): readonly Page[] {
  return useApp(useShallow(pagesHere));
}

/** Tabs of a machine's page that a browser, which serves nothing, hasn't got. */
const OF_MACHINES: ReadonlySet<MachineTab> = new Set(['terminals', 'folders', 'forwards']);

/** Returns the tabs of a machine's page that the agent can serve and the machine has, in their order. */
export function machineTabsHere(
  facts: ShellFacts | undefined,
  { browser }: Readonly<{ browser?: unknown }>,
): readonly MachineTab[] {
  return MACHINE_TABS.filter((tab) => !isWithout(facts, tab) && (browser === undefined || !OF_MACHINES.has(tab)));
}

/** Reports whether the agent can't serve a page of the window or a section of its settings. */
export function isWithout(facts: ShellFacts | undefined, part: string): boolean {
  const without: readonly string[] = facts?.without ?? [];
  return without.includes(part);
}

/** Reports whether this machine is the browser in which the window is: it serves nothing to its peers, and its keys end with the session (ADR 53). */
export function isBrowserMachine(facts: Pick<ShellFacts, 'kind' | 'ownsAgent'> | undefined): boolean {
  return facts?.kind === 'browser' && facts.ownsAgent;
}

// Texts speak of this browser from then on. The first subscriber is called before any component renders.
useApp.subscribe(({ facts }, before) => {
  if (facts !== before.facts) setInBrowser(isBrowserMachine(facts));
});

/** Reports whether this machine is a browser, and renders again when that is known. */
export function useIsBrowserMachine(): boolean {
  return useApp(({ facts }) => isBrowserMachine(facts));
}

/** Reports whether the agent can't serve a part of the window, and renders again when that is known. */
export function useIsWithout(part: string): boolean {
  return useApp(({ facts }) => isWithout(facts, part));
}
