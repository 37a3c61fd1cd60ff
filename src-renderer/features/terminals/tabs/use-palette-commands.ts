import { useEffect, useRef } from 'react';
import { useApi, useApp } from '../../../store/index.ts';
import { commandsOf } from './menu-items.tsx';
import type { Terminals } from '../use-terminals.ts';
import { changeTextSize } from '../screen/text-size.ts';

/**
 * Offers the menu entries of the active terminal in the command palette, through the store's `pageCommands`, as long as `TerminalsPage` is mounted.
 */
export function usePaletteCommands(terminals: Terminals, onSearch: () => void): void {
  const api = useApi();
  const items = useRef<() => ReturnType<typeof commandsOf>>(() => []);
  useEffect(() => {
    const { tab, active } = terminals;
    items.current = () =>
      tab === undefined || active === undefined
        ? []
        : commandsOf({ tab, pane: active }, terminals, onSearch, (how) => void changeTextSize(api, how));
  });
  useEffect(() => {
    const commands = () =>
      items.current().flatMap((item) => {
        if (item === 'separator' || item.disabled === true) return [];
        return [{ id: `this terminal ${item.label}`, label: item.label, note: item.keys, run: item.onSelect }];
      });
    useApp.setState({ pageCommands: commands });
    return () => useApp.setState({ pageCommands: undefined });
  }, []);
}
