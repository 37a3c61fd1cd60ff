import * as z from 'zod';
import { TABS_KEY } from '../../../store/index.ts';
import { onePane, panesOf, readLayout, removePane, renamePanes, type PaneLayout } from '../panes/layout.ts';
import { terminalHostKey, type TerminalHost } from '../session/terminal-host.ts';
import type { Phase } from '../session/phase.ts';
import { tidyTitle } from './title.ts';
import type { Tab } from './tab-types.ts';
import { safeParse } from '#shared/safe-parse.ts';
import { foregroundView } from '#shared/terminal/index.ts';

/** Most terminals that are open in the window at a time, and most that are stored. */
export const MOST_TERMINALS = 50;

const endedPhase = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ended'),
    exitCode: z.number().int().nullable(),
    signal: z.string().max(32).nullable(),
    reason: z.literal('shutdown').optional(),
  }),
  z.object({ kind: z.literal('gone') }),
]);

const savedTerminal = z.object({
  title: z.string().max(256).transform(tidyTitle),
  /** Program in the foreground and its folder, which name the terminal until its machine tells them again. */
  foreground: foregroundView.optional().catch(undefined),
  /** End of a terminal that can't be resumed. */
  ended: endedPhase.optional().catch({ kind: 'gone' }),
});
const peerTerminal = savedTerminal.extend({
  peerId: z.string().min(1).max(64),
  terminal: z.string().min(1).max(64).optional(),
});
const gatewayTerminal = savedTerminal.extend({
  gatewayId: z.string().min(1).max(64),
  terminal: z.string().min(1).max(128).optional(),
});
const anyTerminal = z.union([peerTerminal, gatewayTerminal]);
/** Terminal as it is stored: its machine, its name there unless it wasn't opened yet, its title, its program and its end. */
export type SavedTerminal = z.infer<typeof anyTerminal>;

const tabFacts = z.object({
  /** Name given by the person; empty without one. */
  name: z.string().max(256).transform(tidyTitle).default(''),
  /** The tab was in front. */
  front: z.boolean().default(false),
});
const splitTab = tabFacts.extend({
  panes: z.array(z.unknown()).min(1).max(MOST_TERMINALS),
  /** Pane numbers are indices of `panes`. */
  layout: z.unknown(),
  /** Index of the focused pane. */
  focused: z.number().int().min(0).default(0),
  /** Index of the pane that the tab's name belongs to. */
  named: z.number().int().min(0).optional(),
  /** The focused pane fills the tab. */
  zoomed: z.boolean().optional(),
});

/** Tab as it is stored. Pane numbers of its layout are indices of `terminals`; so are `focused`, and `named` of a split one. */
export type SavedTab = z.infer<typeof tabFacts> &
  Readonly<{
    terminals: readonly SavedTerminal[];
    layout: PaneLayout;
    focused: number;
    named?: number | undefined;
    zoomed?: boolean | undefined;
  }>;

/** Returns the machine of a stored terminal. */
export function terminalHost(terminal: SavedTerminal): TerminalHost {
  return 'peerId' in terminal
    ? { kind: 'peer', peerId: terminal.peerId }
    : { kind: 'gateway', gatewayId: terminal.gatewayId };
}

/** Returns the phase in which a stored terminal is shown instead of being resumed; undefined resumes it. */
export function restoredPhase({ terminal, ended }: SavedTerminal): Phase | undefined {
  return ended ?? (terminal === undefined ? { kind: 'unopened' } : undefined);
}

/** Storage that survives a restart: the browser's local storage. */
export type TabStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** Reads the stored tabs. Skips invalid ones, and terminals that occur twice or that the caller leaves out. */
export function readTabs(
  storage: TabStorage,
  isLeftOut: (terminal: SavedTerminal) => boolean = () => false,
): readonly SavedTab[] {
  try {
    const given: unknown = JSON.parse(storage.getItem(TABS_KEY) ?? '[]');
    if (!Array.isArray(given)) return [];
    const seen = new Set<string>();
    let count = 0;
    const take = (value: unknown): SavedTerminal | undefined => {
      const { data } = safeParse(anyTerminal, value);
      if (data === undefined || count >= MOST_TERMINALS || isLeftOut(data)) return undefined;
      const key = `${terminalHostKey(terminalHost(data))} ${data.terminal}`;
      if (data.terminal !== undefined && seen.has(key)) return undefined;
      seen.add(key);
      count += 1;
      return data;
    };
    return given.slice(0, MOST_TERMINALS).flatMap((entry: unknown) => readTab(entry, take) ?? []);
  } catch {
    // Without storage or valid JSON there are no tabs.
    return [];
  }
}

/** Stores the tabs. A tab with one terminal is stored in the form of earlier versions. */
export function writeTabs(storage: TabStorage, tabs: readonly SavedTab[]): void {
  const written = tabs.map(({ terminals, name, front, layout, focused, named, zoomed }) => {
    const [only] = terminals;
    return terminals.length === 1 && only !== undefined
      ? { ...only, name, front }
      : { name, front, panes: terminals, layout, focused, named, zoomed };
  });
  try {
    storage.setItem(TABS_KEY, JSON.stringify(written));
  } catch {
    // A full or forbidden storage only loses the tabs after a restart.
  }
}

function readTab(entry: unknown, take: (value: unknown) => SavedTerminal | undefined): SavedTab | undefined {
  const facts = safeParse(tabFacts, entry).data;
  if (facts === undefined) return undefined;
  const several = safeParse(splitTab, entry).data;
  if (several === undefined) {
    const terminal = take(entry);
    return terminal === undefined ? undefined : { ...facts, terminals: [terminal], layout: onePane(0), focused: 0 };
  }
  return readSplit(facts, several, take);
}

function readSplit(
  facts: z.infer<typeof tabFacts>,
  { panes, layout: given, focused, named, zoomed }: z.infer<typeof splitTab>,
  take: (value: unknown) => SavedTerminal | undefined,
): SavedTab | undefined {
  let layout = readLayout(given);
  if (layout === undefined) return undefined;
  const indices = panesOf(layout);
  // Each pane has its own index.
  if (new Set(indices).size !== indices.length) return undefined;
  const taken = new Map<number, SavedTerminal>();
  for (const index of indices) {
    const terminal = take(panes[index]);
    if (terminal !== undefined) taken.set(index, terminal);
    else layout = layout === undefined ? undefined : removePane(layout, index);
  }
  if (layout === undefined) return undefined;
  const remaining = panesOf(layout);
  return {
    ...facts,
    terminals: remaining.flatMap((index) => taken.get(index) ?? []),
    layout: renamePanes(layout, (index) => remaining.indexOf(index)),
    focused: Math.max(0, remaining.indexOf(focused)),
    named: indexIn(remaining, named),
    ...(zoomed === true && remaining.length > 1 && remaining.includes(focused) && { zoomed }),
  };
}

/**
 * Converts a tab to its stored form; undefined if it has no terminals.
 * @param front the tab is in front
 * @param terminalOf returns the stored form of a pane; undefined if it has been removed
 */
export function savedTabOf(
  { name, namedPane, layout: whole, focused, isZoomed }: Tab,
  front: boolean,
  terminalOf: (pane: number) => SavedTerminal | undefined,
): SavedTab | undefined {
  const terminals: SavedTerminal[] = [];
  const remaining: number[] = [];
  let layout: PaneLayout | undefined = whole;
  for (const pane of panesOf(whole)) {
    const saved = terminalOf(pane);
    if (saved === undefined) {
      layout = layout === undefined ? undefined : removePane(layout, pane);
      continue;
    }
    terminals.push(saved);
    remaining.push(pane);
  }
  if (layout === undefined) return undefined;
  return {
    name,
    front,
    terminals,
    layout: renamePanes(layout, (pane) => remaining.indexOf(pane)),
    focused: Math.max(0, remaining.indexOf(focused)),
    named: indexIn(remaining, namedPane),
    ...(isZoomed && remaining.length > 1 && { zoomed: true }),
  };
}

function indexIn(remaining: readonly number[], pane: number | undefined): number | undefined {
  const index = pane === undefined ? -1 : remaining.indexOf(pane);
  return index < 0 ? undefined : index;
}
