import type { ReactElement } from 'react';
import { closeSavedCommand, useApp } from '../../store/index.ts';
import { EditDialog } from './edit-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { RunDialog } from './run-dialog.tsx';

/** Shows the dialog about a saved command that the store names; nothing without one. The window renders it once, above every page. */
export function SavedCommandDialogs(): ReactElement | null {
  const dialog = useApp((state) => state.savedCommandDialog);
  switch (dialog?.kind) {
    case undefined:
      return null;
    case 'edit':
      return <EditDialog key={dialog.command?.name} command={dialog.command} onClose={closeSavedCommand} />;
    case 'remove':
      return <RemoveDialog command={dialog.command} onClose={closeSavedCommand} />;
    case 'run':
      return <RunDialog key={dialog.command.name} command={dialog.command} onClose={closeSavedCommand} />;
  }
}
