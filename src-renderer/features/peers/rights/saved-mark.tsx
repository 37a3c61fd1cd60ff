import { Check } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button } from '../../../ui/index.ts';
import styles from './access.module.css';

export type SavedMarkProps = Readonly<{
  shown: boolean;
  /** Takes the change back; undefined where that isn't offered. */
  onUndo?: (() => void) | undefined;
}>;

/**
 * Says that a change was saved, with a button that takes it back. The element stays, because screen readers announce only a text that is added to an
 * element they know.
 */
export function SavedMark({ shown, onUndo }: SavedMarkProps): ReactElement {
  return (
    <span className={styles['saved-part']}>
      <span className={styles['saved']} role="status">
        {shown && (
          <>
            <Check aria-hidden="true" />
            {text('access.saved')}
          </>
        )}
      </span>
      {shown && onUndo !== undefined && (
        <Button size="small" variant="quiet" onClick={onUndo}>
          {text('access.undo')}
        </Button>
      )}
    </span>
  );
}
