import { useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { useApp } from '../../store/index.ts';
import { KeyCaps, SearchInput } from '../../ui/index.ts';
import { SECTION_ICONS } from './section-icons.ts';
import { findSettings, pageOf, sectionLabel, settingsList, showSettings, type SettingsListEntry } from './sections.ts';
import styles from './settings.module.css';

/** `chosen`: entry whose sections are shown. */
export type SectionListProps = Readonly<{ chosen: SettingsListEntry | undefined }>;

/** List of the sections of the settings. While something is typed into its search, it lists the settings that match; Enter shows the first. */
export function SectionList({ chosen }: SectionListProps): ReactElement {
  const facts = useApp((state) => state.facts);
  const [query, setQuery] = useState('');
  const found = query.trim() === '' ? undefined : findSettings(facts, query);
  return (
    <nav className={styles['list']} aria-label={text('settings.list')}>
      <h1 className={styles['title']}>{text('settings.title')}</h1>
      <div className={styles['find']}>
        <SearchInput
          label={text('settings.search')}
          clears
          value={query}
          onChange={setQuery}
          onKeyDown={(event) => {
            const first = found?.[0];
            if (event.key !== 'Enter' || first === undefined) return;
            event.preventDefault();
            showSettings(first.section, first.name);
          }}
        />
      </div>
      <p role="status" className="visually-hidden">
        {found !== undefined && text('settings.found', { count: found.length })}
      </p>
      {found !== undefined && found.length === 0 && <p className={styles['none']}>{text('settings.none-found')}</p>}
      {found !== undefined && found.length > 0 && (
        <ul className={styles['group']}>
          {found.map(({ section, name, label }, index) => (
            <li key={`${section} ${name ?? ''}`}>
              <button type="button" className={styles['entry']} onClick={() => showSettings(section, name)}>
                <span className={styles['found']}>
                  {label}
                  {label !== pageOf(section, facts) && (
                    <span className={styles['where']}>{pageOf(section, facts)}</span>
                  )}
                </span>
                {/* For the field above: on the button itself, Enter needs no mark. */}
                {index === 0 && <KeyCaps keys={[text('ui.key.enter')]} hidden />}
              </button>
            </li>
          ))}
        </ul>
      )}
      {found === undefined &&
        settingsList(facts).map((group) => (
          <ul key={group[0]?.name} className={styles['group']}>
            {group.map((entry) => {
              const Icon = SECTION_ICONS[entry.name];
              const [first] = entry.sections;
              return (
                <li key={entry.name}>
                  <button
                    type="button"
                    className={styles['entry']}
                    aria-current={entry.name === chosen?.name ? 'true' : undefined}
                    onClick={() => first !== undefined && showSettings(first)}
                  >
                    <Icon aria-hidden="true" />
                    {sectionLabel(entry.name, facts)}
                  </button>
                </li>
              );
            })}
          </ul>
        ))}
    </nav>
  );
}
