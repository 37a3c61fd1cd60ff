import type { ReactElement } from 'react';
import { LANGUAGE_NAMES, LANGUAGES } from '#shared/locales/index.ts';
import { WINDOW_ZOOMS } from '#shared/app-api/index.ts';
import { formatNumber, text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { ErrorNotice, Select } from '../../../ui/index.ts';
import { Section } from '../section.tsx';
import styles from '../settings.module.css';
import { useWindowSettings } from '../use-window-settings.ts';

/**
 * Section of the settings for the theme, the zoom (in the application only) and the language of the window. Each change is saved at once
 * (`shell.settings.set`).
 */
export function AppearanceSection(): ReactElement {
  const { settings, error, change } = useWindowSettings();
  const isDesktop = useApp(({ facts }) => facts?.kind === 'desktop');
  return (
    <Section name="appearance" title={text('settings.appearance')}>
      {error !== undefined && <ErrorNotice error={error} />}
      <div className={styles['choice']}>
        <Select
          label={text('settings.appearance.theme')}
          value={settings.theme}
          options={[
            { value: 'system', label: text('settings.appearance.theme.system') },
            { value: 'light', label: text('settings.appearance.theme.light') },
            { value: 'dark', label: text('settings.appearance.theme.dark') },
          ]}
          onChange={(theme) => void change({ theme })}
        />
      </div>
      {isDesktop && (
        <div className={styles['choice']}>
          <Select
            label={text('settings.appearance.zoom')}
            value={String(settings.zoom)}
            options={zoomsWith(settings.zoom).map((percent) => ({
              value: String(percent),
              label: formatNumber(percent / 100, { style: 'percent' }),
            }))}
            onChange={(percent) => void change({ zoom: Number(percent) })}
          />
        </div>
      )}
      <div className={styles['choice']}>
        <Select
          label={text('settings.appearance.language')}
          value={settings.language}
          options={[
            { value: 'system', label: text('settings.appearance.language.system') },
            ...LANGUAGES.map((language) => ({ value: language, label: LANGUAGE_NAMES[language] })),
          ]}
          onChange={(language) => void change({ language })}
        />
      </div>
    </Section>
  );
}

/** Returns the zooms to offer, with the current one, which a person may have written into the settings file. */
function zoomsWith(percent: number): readonly number[] {
  return [...new Set([...WINDOW_ZOOMS, percent])].toSorted((one, other) => one - other);
}
