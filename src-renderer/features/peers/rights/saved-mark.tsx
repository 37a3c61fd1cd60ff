import { Check } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import styles from './access.module.css';

/** Says that a change was saved. The element stays, because screen readers announce only a text that is added to an element they know. */
export function SavedMark({ shown }: Readonly<{ shown: boolean }>): ReactElement {
  return (
    <span className={styles['saved']} role="status">
      {shown && (
        <>
          <Check aria-hidden="true" />
          {text('access.saved')}
        </>
      )}
    </span>
  );
}
