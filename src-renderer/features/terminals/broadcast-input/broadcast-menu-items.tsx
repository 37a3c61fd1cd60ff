import { Keyboard, KeyboardOff } from 'lucide-react';
import { shortcutText, text } from '../../../locale/index.ts';
import type { MenuItem } from '../../../ui/index.ts';
import type { Terminals } from '../use-terminals.ts';

/** Returns the menu entries of the broadcast; none with a single terminal. */
export function broadcastItems({ tab, panes, broadcastPanes, toggleBroadcast, ask }: Terminals): readonly MenuItem[] {
  const keys = shortcutText('Shift+I');
  if (broadcastPanes.length > 0)
    return [{ label: text('together.menu.stop'), icon: <KeyboardOff />, keys, onSelect: toggleBroadcast }];
  if (panes.size < 2) return [];
  const isSplit = tab?.layout.kind === 'split';
  return [
    ...(isSplit ? [{ label: text('together.menu.tab'), icon: <Keyboard />, keys, onSelect: toggleBroadcast }] : []),
    {
      label: text('together.menu.choose'),
      icon: <Keyboard />,
      keys: isSplit ? undefined : keys,
      onSelect: () => ask({ kind: 'broadcast' }),
    },
  ];
}
