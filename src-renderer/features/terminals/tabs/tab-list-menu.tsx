import { Bell, Check, ChevronDown, CircleDot, SquareTerminal } from 'lucide-react';
import type { ReactElement } from 'react';
import { shortcutOf } from '../../../keys/index.ts';
import { text } from '../../../locale/index.ts';
import { IconButton, Menu, type MenuItem } from '../../../ui/index.ts';
import { panesOf } from '../panes/layout.ts';
import { machineName, quotedNameOf } from '../session/machine.ts';
import type { Terminals } from '../use-terminals.ts';
import type { Pane } from './tab-types.ts';

/** Digit that goes to the last tab, whatever its position. */
const LAST = 9;

/** Returns the keys that bring the tab at this position to the front; undefined if none do. Positions are counted from zero. */
export function tabKeys(position: number, count: number): string | undefined {
  if (position < LAST - 1) return shortcutOf('terminal.tab', position + 1);
  return position === count - 1 ? shortcutOf('terminal.tab', LAST) : undefined;
}

/** Menu of all tabs, for a row of tabs that has no room for them. */
export function TabListMenu({ terminals }: Readonly<{ terminals: Terminals }>): ReactElement {
  const { tabs, tab: front, panes, manager } = terminals;
  const items = (): readonly MenuItem[] =>
    tabs.flatMap((tab, position): readonly MenuItem[] => {
      const pane = panes.get(tab.focused);
      if (pane === undefined) return [];
      const isFront = tab.id === front?.id;
      const all = panesOf(tab.layout).flatMap((id) => panes.get(id) ?? []);
      return [
        {
          label: labelOf(terminals.titleOf(tab), pane, terminals),
          icon: isFront ? <Check /> : newsIcon(all),
          isCurrent: isFront,
          keys: tabKeys(position, tabs.length),
          onSelect: () => {
            manager.activate(tab.id);
            terminals.focus();
          },
        },
      ];
    });
  return (
    <Menu
      label={text('terminals.tabs')}
      items={items}
      returnFocus={terminals.returnFocus}
      trigger={<IconButton label={text('terminals.tabs.all')} icon={<ChevronDown />} />}
    />
  );
}

/** Returns the icon of terminals in a list: what is new in them, or that they are terminals. */
export function newsIcon(panes: readonly Pane[]): ReactElement {
  if (panes.some(({ news }) => news === 'bell')) return <Bell />;
  return panes.some(({ news }) => news !== undefined) ? <CircleDot /> : <SquareTerminal />;
}

/** Returns the label of a terminal or tab in a list: its title and its machine. */
export function labelOf(title: string, { host }: Pane, terminals: Terminals): string {
  const machine = terminals.machineOf(host);
  if (title === machineName(machine)) return quotedNameOf(machine);
  return text('terminals.phone.entry', { title: `\u2068${title}\u2069`, machine: quotedNameOf(machine) });
}
