import { ClipboardPaste, Copy, Search, TextSelect } from 'lucide-react';
import { text } from '../../i18n/index.ts';
import type { MenuItem } from '../../ui/index.ts';
import type { Terminals } from './use-terminals.ts';

/** What can be done with the text of the terminal in front. */
export function contextItemsOf(terminals: Terminals, onSearch: () => void): readonly MenuItem[] {
  const { copy, paste, selectAll } = terminals;
  return [
    { label: text('terminals.more.copy'), icon: <Copy />, onSelect: copy },
    ...(paste === undefined
      ? []
      : [{ label: text('terminals.more.paste'), icon: <ClipboardPaste />, onSelect: paste }]),
    { label: text('terminals.more.select-all'), icon: <TextSelect />, onSelect: selectAll },
    { label: text('terminals.more.search'), icon: <Search />, onSelect: onSearch },
  ];
}
