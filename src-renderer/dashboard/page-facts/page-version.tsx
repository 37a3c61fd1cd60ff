import type { ReactElement } from 'react';
import type { PageFacts } from '#shared/relay-page/index.ts';
import { text } from '../../locale/index.ts';
import styles from './page-facts.module.css';

/** Fingerprint of the page, with its version and what to compare it with in a tooltip. */
export function PageVersion({ facts: { version, hash } }: Readonly<{ facts: PageFacts }>): ReactElement {
  return (
    <span className={styles['version']} title={text('page.hash.about', { version })}>
      {text('page.hash', { hash })}
    </span>
  );
}
