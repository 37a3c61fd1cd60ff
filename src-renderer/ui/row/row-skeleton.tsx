import type { ReactElement } from 'react';
import { useLasting } from '../hooks/use-lasting.ts';
import { classes } from '../styles/classes.ts';
import styles from './row.module.css';

/** Delay before the rows appear, ms. For a shorter wait they would only flash. */
const SHOWN_AFTER = 300;

/** `label` says what is loading; `rows` is how many rows are drawn. */
export type RowSkeletonProps = Readonly<{ label: string; rows?: number | undefined }>;

/** Rows without text in place of a list that is loading, shown after 300 ms. Screen readers read the label. */
export function RowSkeleton({ label, rows = 3 }: RowSkeletonProps): ReactElement {
  const isShown = useLasting(true, SHOWN_AFTER);
  return (
    <div role="status" aria-busy="true">
      <span className="visually-hidden">{label}</span>
      {isShown && (
        <div className={styles['list']} aria-hidden="true">
          {Array.from({ length: rows }, (_, row) => (
            <div key={row} className={styles['row']}>
              <span className={classes(styles['bone'], styles['bone-dot'])} />
              <span className={styles['words']}>
                <span className={classes(styles['bone'], styles['bone-title'])} />
                <span className={classes(styles['bone'], styles['bone-detail'])} />
              </span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
