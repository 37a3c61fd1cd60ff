import type { ReactElement } from 'react';
import { LANGUAGE_NAMES, LANGUAGES, type LanguageSetting } from '#shared/locales/index.ts';
import { text } from '../../locale/index.ts';
import styles from './language-choice.module.css';
import { setPreference, usePreferences } from './preferences.ts';

/** Small choice of the language, for the foot of a page. */
export function LanguageChoice(): ReactElement {
  const { language } = usePreferences();
  return (
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
  );
}
