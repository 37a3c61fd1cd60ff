import { panesOf, removePane, renamePanes, type PaneLayout } from '../panes/layout.ts';
import type { SavedTab, SavedTerminal } from './saved-tabs.ts';
import type { Tab } from './tab-types.ts';

/**
 * What of a tab can be come back to after a restart; undefined when there is nothing.
 * @param terminalOf What is kept of a pane; undefined for one whose terminal is over, or was never there.
 */
export function keepTab(
  { name, layout: whole, focused }: Tab,
  front: boolean,
  terminalOf: (pane: number) => SavedTerminal | undefined,
): SavedTab | undefined {
  const terminals: SavedTerminal[] = [];
  const kept: number[] = [];
  let layout: PaneLayout | undefined = whole;
  for (const pane of panesOf(whole)) {
    const saved = terminalOf(pane);
    if (saved === undefined) {
      layout = layout === undefined ? undefined : removePane(layout, pane);
      continue;
    }
    terminals.push(saved);
    kept.push(pane);
  }
  if (layout === undefined) return undefined;
  return {
    name,
    front,
    terminals,
    layout: renamePanes(layout, (pane) => kept.indexOf(pane)),
    focused: Math.max(0, kept.indexOf(focused)),
  };
}
