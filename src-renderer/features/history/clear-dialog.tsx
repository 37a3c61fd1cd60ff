import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { useCall } from '../../store/index.ts';
import { ConfirmDialog } from '../../ui/index.ts';

/** Asks the person to confirm that all finished entries of the history are deleted, then calls `history.clear`. */
export function ClearDialog({ onClose }: Readonly<{ onClose(): void }>): ReactElement {
  const clearing = useCall('history.clear');
  const clear = async (): Promise<void> => {
    if ((await clearing.run({})) !== undefined) onClose();
  };
  return (
    <ConfirmDialog
      onClose={onClose}
      title={text('history.clear.title')}
      description={text('history.clear.text')}
      apply={text('history.clear')}
      call={clearing}
      onApply={() => void clear()}
    />
  );
}
