import type { ReactElement } from 'react';
import { LANGUAGE_NAMES, LANGUAGES, type LanguageSetting } from '#shared/locales/index.ts';
import { text } from '../../locale/index.ts';
import { usePageFacts, useRelay } from '../api/index.ts';
import { PageVersion } from '../page-facts/index.ts';
import { setPreference, usePreferences } from '../preferences/index.ts';
import { Link } from '../router/index.ts';
import styles from './footer.module.css';

/** Foot of a page: language and the relay's version, and help where no navigation has it. */
export function Footer({ hasHelp = true }: Readonly<{ hasHelp?: boolean }>): ReactElement {
  const relay = useRelay();
  const page = usePageFacts();
  const { language } = usePreferences();
  return (
    <footer className={styles['footer']}>
      {hasHelp && <Link to={{ page: 'docs' }}>{text('site.docs')}</Link>}
      <label className={styles['language']}>
        <span className="visually-hidden">{text('site.language')}</span>
        <select
          value={language}
          onChange={({ target }) => void setPreference({ language: target.value as LanguageSetting })}
        >
          <option value="system">{text('site.language.system')}</option>
          {LANGUAGES.map((each) => (
            <option key={each} value={each} lang={each}>
              {LANGUAGE_NAMES[each]}
            </option>
          ))}
        </select>
      </label>
      {relay !== undefined && (
        <span className={styles['version']}>{text('site.version', { version: relay.version })}</span>
      )}
      {page !== undefined && <PageVersion facts={page} />}
    </footer>
  );
}
