import type { ReactElement } from 'react';
import { closePalette, useApp } from '../../store/index.ts';
import { CommandList } from './command-list.tsx';
import { KeysDialog } from './keys-dialog.tsx';

/** Everything by a few letters, from anywhere; and the list of keys. */
export function Palette(): ReactElement {
  const open = useApp((state) => state.palette);
  return (
    <>
      {open === 'commands' && <CommandList onClose={closePalette} />}
      {open === 'keys' && <KeysDialog onClose={closePalette} />}
    </>
  );
}
