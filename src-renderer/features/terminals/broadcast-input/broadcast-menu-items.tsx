import { Keyboard, KeyboardOff } from 'lucide-react';
import { shortcutOf } from '../../../keys/index.ts';
import { text } from '../../../locale/index.ts';
import type { MenuItem } from '../../../ui/index.ts';
import type { Terminals } from '../use-terminals.ts';

/**
 * Returns the entries that start or stop a broadcast, for the context menu of a terminal and the menu beside the tabs; none if only one terminal is
 * open. Chosen entries change the window's `TerminalTabs` or open `BroadcastDialog`.
 */
export function broadcastMenuItems({
  tab,
  panes,
  broadcastPanes,
  toggleBroadcast,
  ask,
}: Terminals): readonly MenuItem[] {
  const keys = shortcutOf('terminal.broadcast');
  if (broadcastPanes.length > 0)
    return [{ label: text('broadcast.menu.stop'), icon: <KeyboardOff />, keys, onSelect: toggleBroadcast }];
  if (panes.size < 2) return [];
  const isSplit = tab?.layout.kind === 'split';
  return [
    ...(isSplit ? [{ label: text('broadcast.menu.tab'), icon: <Keyboard />, keys, onSelect: toggleBroadcast }] : []),
    {
      label: text('broadcast.menu.choose'),
      icon: <Keyboard />,
      keys: isSplit ? undefined : keys,
      onSelect: () => ask({ kind: 'broadcast' }),
    },
  ];
}
