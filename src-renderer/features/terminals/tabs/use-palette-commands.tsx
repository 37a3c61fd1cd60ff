import { useEffect, useRef } from 'react';
import { useApp } from '../../../store/index.ts';
import { commandsOf } from './menu-items.tsx';
import type { Terminals } from '../use-terminals.ts';

/**
 * Offers the menu entries of the active terminal in the command palette, through the store's `pageCommands`, as long as `TerminalsPage` is mounted.
 */
export function usePaletteCommands(terminals: Terminals, onSearch: () => void): void {
  const items = useRef<() => ReturnType<typeof commandsOf>>(() => []);
  useEffect(() => {
    const { tab, active } = terminals;
    items.current = () =>
      tab === undefined || active === undefined ? [] : commandsOf({ tab, pane: active }, terminals, onSearch);
  });
  useEffect(() => {
    const commands = () =>
      items.current().flatMap((item) => {
        if (item === 'separator' || item.disabled === true) return [];
        return [
          {
            id: `this terminal ${item.label}`,
            label: item.label,
            icon: <>{item.icon}</>,
            note: item.keys,
            run: item.onSelect,
          },
        ];
      });
    useApp.setState({ pageCommands: commands });
    return () => useApp.setState({ pageCommands: undefined });
  }, []);
}
