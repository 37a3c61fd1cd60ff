import type { ShellFacts } from '#shared/app-api/index.ts';
import { MACHINE_TABS, PAGES, useApp, type MachineTab, type Page } from './state.ts';

/** Returns the pages that the agent can serve, in their order. @param facts undefined before they are loaded */
export function pagesHere(facts: ShellFacts | undefined): readonly Page[] {
  return PAGES.filter((page) => !isWithout(facts, page));
}

/** Tabs of a machine's page that a browser, which serves nothing, hasn't got. */
const OF_MACHINES: ReadonlySet<MachineTab> = new Set(['terminals', 'forwards']);

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

/** Reports whether the agent can't serve a part of the window, and renders again when that is known. */
export function useIsWithout(part: string): boolean {
  return useApp(({ facts }) => isWithout(facts, part));
}
