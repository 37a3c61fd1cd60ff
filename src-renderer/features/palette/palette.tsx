import type { ReactElement } from 'react';
import { closePalette, useApp } from '../../store/index.ts';
import { CommandList } from './command-list.tsx';
import { KeysDialog } from './keys-dialog.tsx';

/**
 * Shows the command palette or the list of shortcuts, whichever the store's `palette` names; nothing otherwise. The window renders it once, above
 * every page.
 */
export function Palette(): ReactElement {
  const open = useApp((state) => state.palette);
  return (
    <>
      {open === 'commands' && <CommandList onClose={closePalette} />}
      {open === 'keys' && <KeysDialog onClose={closePalette} />}
    </>
  );
}
