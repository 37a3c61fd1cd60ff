import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { usePageFacts, useRelay } from '../api/index.ts';
import { PageVersion } from '../page-facts/index.ts';
import { LanguageChoice } from '../preferences/index.ts';
import { Link } from '../router/index.ts';
import styles from './footer.module.css';

/** Foot of a page: language and the relay's version, and help where no navigation has it. */
export function Footer({ hasHelp = true }: Readonly<{ hasHelp?: boolean }>): ReactElement {
  const relay = useRelay();
  const page = usePageFacts();
  return (
    <footer className={styles['footer']}>
      {hasHelp && <Link to={{ page: 'docs' }}>{text('site.docs')}</Link>}
      <LanguageChoice />
      {relay !== undefined && (
        <span className={styles['version']}>{text('site.version', { version: relay.version })}</span>
      )}
      {page !== undefined && <PageVersion facts={page} />}
    </footer>
  );
}
