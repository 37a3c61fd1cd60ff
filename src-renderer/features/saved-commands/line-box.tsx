import type { ReactElement } from 'react';
import { Ordered, OrderedRuns, showHidden } from '../../ui/index.ts';
import styles from './saved-commands.module.css';

/** Shows the line of a command in the order of its characters, with hidden ones visible. */
export function LineBox({ label, line }: Readonly<{ label: string; line: string }>): ReactElement {
  return (
    <div className={styles['line']} role="group" aria-label={label}>
      <code>
        <Ordered>
          <OrderedRuns>{showHidden(line)}</OrderedRuns>
        </Ordered>
      </code>
    </div>
  );
}
