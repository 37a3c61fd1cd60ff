import { Send } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { classes } from '../../../ui/index.ts';
import styles from './send.module.css';

/** Frame over an element on which files are dragged, which says where they will land, or why they can't. */
export function DropHint({
  words,
  icon,
  over = 'row',
  isRefused = false,
}: Readonly<{
  words: string;
  /** Undefined: that of sending. */
  icon?: ReactNode;
  /** Element below. */
  over?: 'row' | 'list' | 'page';
  /** Nothing can be dropped here. */
  isRefused?: boolean;
}>): ReactElement {
  return (
    <div
      className={classes(styles['hint'], over !== 'row' && styles[over], isRefused && styles['refused'])}
      aria-hidden="true"
    >
      <span className={styles['words']}>
        {icon ?? <Send />}
        {words}
      </span>
    </div>
  );
}
