import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import styles from './discovery.module.css';

/** Facts below the name of a machine that was found. `inviting`: it shows a code now, which stands last and is the one that leads on. */
export function FoundFacts({
  facts,
  inviting,
}: Readonly<{ facts: readonly string[]; inviting: boolean }>): ReactElement {
  return (
    <>
      {[...facts, ...(inviting ? [''] : [])].join(' · ')}
      {inviting && <span className={styles['shows-code']}>{text('discovery.shows-code')}</span>}
    </>
  );
}
