import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Brand, RowSkeleton, useLasting } from '../../ui/index.ts';
import styles from './waiting.module.css';

/** Time before the logo appears, ms. For a shorter wait it would only flash. */
const SHOWN_AFTER = 300;

/** Stands in place of a page that is loading. @param props.within the frame of the page is shown already */
export function Waiting({ within = false }: Readonly<{ within?: boolean }>): ReactElement {
  const isShown = useLasting(true, SHOWN_AFTER);
  if (within) return <RowSkeleton label={text('ui.loading')} />;
  return (
    <div className={styles['waiting']} role="status" aria-busy="true">
      <span className="visually-hidden">{text('ui.loading')}</span>
      {isShown && <Brand />}
    </div>
  );
}
