import type { ReactElement } from 'react';
import type { SavedCommand } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { applySavedCommands, useCall } from '../../store/index.ts';
import { ConfirmDialog } from '../../ui/index.ts';
import { LineBox } from './line-box.tsx';

type RemoveDialogProps = Readonly<{ command: SavedCommand; onClose(): void }>;

/** Asks whether to remove a saved command, and removes it (`savedCommands.remove`). */
export function RemoveDialog({ command, onClose }: RemoveDialogProps): ReactElement {
  const { name, line } = command;
  const remove = useCall('savedCommands.remove', { outlives: true });
  return (
    <ConfirmDialog
      title={text('saved.remove.title', { name })}
      apply={text('saved.remove.apply')}
      call={remove}
      onClose={onClose}
      onApply={() =>
        void remove.run({ name }).then((left) => {
          if (left === undefined) return;
          applySavedCommands(left);
          onClose();
        })
      }
    >
      <LineBox label={text('saved.line')} line={line} />
    </ConfirmDialog>
  );
}
