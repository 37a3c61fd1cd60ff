import { equalShares, neighbour, panesOf, removePane, type PaneLayout, type Side } from '../panes/layout.ts';
import type { Tab, TabsState } from './tab-types.ts';
import { tidyTitle } from './title.ts';

/** Moves an item to another position, at most to the ends of the list. Pure. */
export function moveTo<Item>(items: readonly Item[], item: Item, position: number): readonly Item[] {
  if (!items.includes(item)) return items;
  const others = items.filter((other) => other !== item);
  const index = Math.min(Math.max(position, 0), others.length);
  return [...others.slice(0, index), item, ...others.slice(index)];
}

/**
 * Tabs in their order, each with the layout and focus of its panes, and the tab in front. Knows panes by number only. Used by `TerminalTabs`. In
 * memory only.
 */
export class TabList {
  readonly #newId: () => number;
  readonly #changed: () => void;
  #tabs: readonly Tab[] = [];
  #active: number | undefined;
  #moved: TabsState['moved'];

  /**
   * @param newId returns an unused number
   * @param changed called after each change except `add` and `moveLastBehind`, which precede another change
   */
  constructor(newId: () => number, changed: () => void) {
    this.#newId = newId;
    this.#changed = changed;
  }

  /** Tabs for the page. */
  get state(): Pick<TabsState, 'tabs' | 'active' | 'moved'> {
    return { tabs: this.#tabs, active: this.#active, moved: this.#moved };
  }

  /** Returns a tab by its number. */
  get(id: number | undefined): Tab | undefined {
    return this.#tabs.find((tab) => tab.id === id);
  }

  /** Tab in front; undefined without tabs. */
  get front(): Tab | undefined {
    return this.get(this.#active);
  }

  /** Returns the tab that contains the pane. */
  of(pane: number): Tab | undefined {
    return this.#tabs.find(({ layout }) => panesOf(layout).includes(pane));
  }

  /**
   * Adds a tab at the end.
   * @param namedPane pane that the name belongs to; default: the only one
   * @returns its number
   */
  add(layout: PaneLayout, focused: number, name = '', namedPane = onlyPane(layout)): number {
    const id = this.#newId();
    this.#tabs = [...this.#tabs, { id, name, namedPane, layout, focused, isZoomed: false }];
    return id;
  }

  /** Moves the last tab to the position right after this one. */
  moveLastBehind(tab: Tab): void {
    const last = this.#tabs.at(-1);
    if (last !== undefined) this.#tabs = moveTo(this.#tabs, last, this.#tabs.indexOf(tab) + 1);
  }

  /** Changes the view of a tab. */
  change(id: number, change: Partial<Omit<Tab, 'id'>>): void {
    this.#tabs = this.#tabs.map((tab) => (tab.id === id ? { ...tab, ...change } : tab));
    this.#changed();
  }

  /** Brings a tab to the front. */
  activate(id: number | undefined): void {
    this.#active = id;
    this.#changed();
  }

  /**
   * Removes a pane from its tab. A tab without panes is removed too.
   * @param takesName the pane's terminal takes along the name that it was given
   */
  remove(tab: Tab, pane: number, takesName: boolean): void {
    const layout = removePane(tab.layout, pane);
    if (layout === undefined) {
      this.#drop(tab.id);
      return;
    }
    const before = panesOf(tab.layout);
    const left = panesOf(layout);
    const focused = tab.focused === pane ? (left[Math.min(before.indexOf(pane), left.length - 1)] ?? 0) : tab.focused;
    this.change(tab.id, {
      layout,
      focused,
      isZoomed: tab.isZoomed && left.length > 1 && focused === tab.focused,
      ...(tab.namedPane === pane && { namedPane: undefined, ...(takesName && { name: '' }) }),
    });
  }

  /** Focuses a pane and brings its tab to the front. */
  focusPane(pane: number): void {
    const tab = this.of(pane);
    if (tab === undefined || (tab.focused === pane && this.#active === tab.id)) return;
    this.#active = tab.id;
    // Focusing a hidden pane ends the zoom, so that it can be seen.
    this.change(tab.id, { focused: pane, isZoomed: tab.isZoomed && tab.focused === pane });
  }

  /**
   * Moves the focus to the pane on that side.
   * @returns false if there is none
   */
  moveFocus(side: Side): boolean {
    const tab = this.front;
    const next = tab === undefined ? undefined : neighbour(tab.layout, tab.focused, side);
    if (next === undefined) return false;
    this.focusPane(next);
    return true;
  }

  /** Zooms the focused pane of a split tab, or ends the zoom. */
  toggleZoom(id: number): void {
    const tab = this.get(id);
    if (tab !== undefined && tab.layout.kind === 'split') this.change(id, { isZoomed: !tab.isZoomed });
  }

  /** Changes the layout of a tab; `equal` gives all panes the same size. */
  arrange(id: number, layout: PaneLayout | 'equal'): void {
    const tab = this.get(id);
    if (tab !== undefined) this.change(id, { layout: layout === 'equal' ? equalShares(tab.layout) : layout });
  }

  /** Brings the next or previous tab to the front; the first follows the last. */
  step(direction: 1 | -1): void {
    const index = this.#tabs.findIndex(({ id }) => id === this.#active);
    this.activate(this.#tabs[(index + direction + this.#tabs.length) % this.#tabs.length]?.id);
  }

  /** Moves a tab to another position, counted from zero at the left. */
  move(id: number, position: number): void {
    const tab = this.get(id);
    if (tab === undefined) return;
    const before = this.#tabs.indexOf(tab);
    this.#tabs = moveTo(this.#tabs, tab, position);
    const now = this.#tabs.indexOf(tab);
    if (now === before) return;
    this.#moved = { position: now + 1, count: this.#tabs.length };
    this.#changed();
  }

  /** Names a tab; an empty name shows the program's title again. */
  rename(id: number, name: string): void {
    const tab = this.get(id);
    if (tab !== undefined) this.change(id, { name: tidyTitle(name), namedPane: onlyPane(tab.layout) });
  }

  #drop(id: number): void {
    const index = this.#tabs.findIndex((tab) => tab.id === id);
    this.#tabs = this.#tabs.filter((tab) => tab.id !== id);
    if (this.#active === id) this.#active = (this.#tabs[index] ?? this.#tabs.at(-1))?.id;
    this.#changed();
  }
}

function onlyPane(layout: PaneLayout): number | undefined {
  return layout.kind === 'pane' ? layout.pane : undefined;
}
