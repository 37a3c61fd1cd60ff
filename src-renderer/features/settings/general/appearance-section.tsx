import { Check } from 'lucide-react';
import { useId, type ReactElement } from 'react';
import { LANGUAGE_NAMES, LANGUAGES } from '#shared/locales/index.ts';
import type { WindowSettings } from '#shared/app-api/index.ts';
import { formatNumber, text } from '../../../locale/index.ts';
import { useApp } from '../../../store/index.ts';
import { Button, classes, ErrorNotice, Segments, Select, SettingRow, Switch } from '../../../ui/index.ts';
import { Section } from '../section.tsx';
import { showSettings } from '../sections.ts';
import styles from '../settings.module.css';
import { useWindowSettings } from '../use-window-settings.ts';

/**
 * Section of the settings for the look: theme, language, text size (in the application only) and motion of the window. Each change is saved at once (`shell.settings.set`).
 */
export function AppearanceSection(): ReactElement {
  const { settings, error, change } = useWindowSettings();
  const isDesktop = useApp(({ facts }) => facts?.kind === 'desktop');
  return (
    <Section name="appearance" title={text('settings.appearance')} text={text('settings.appearance.text')}>
      {error !== undefined && <ErrorNotice error={error} />}
      <ThemeChoice value={settings.theme} onChange={(theme) => void change({ theme })} />
      <Select
        row
        label={text('settings.appearance.language')}
        value={settings.language}
        options={[
          { value: 'system', label: text('settings.appearance.language.system') },
          ...LANGUAGES.map((language) => ({ value: language, label: LANGUAGE_NAMES[language] })),
        ]}
        onChange={(language) => void change({ language })}
      />
      {isDesktop && (
        <Segments
          row
          label={text('settings.appearance.zoom')}
          description={text('settings.appearance.zoom.text')}
          value={String(settings.zoom)}
          options={sizesWith(settings.zoom).map((percent) => ({
            value: String(percent),
            label: formatNumber(percent / 100, { style: 'percent' }),
          }))}
          onChange={(percent) => void change({ zoom: Number(percent) })}
        />
      )}
      <Switch
        row
        label={text('settings.appearance.less-motion')}
        description={text('settings.appearance.less-motion.text')}
        checked={settings.lessMotion}
        onChange={(lessMotion) => void change({ lessMotion })}
      />
      <SettingRow name={text('settings.terminals')} meaning={text('settings.appearance.terminals')}>
        <Button onClick={() => showSettings('terminals', 'settings.terminals.colors')}>
          {text('settings.appearance.terminals.show')}
        </Button>
      </SettingRow>
    </Section>
  );
}

const THEMES = ['system', 'light', 'dark'] as const;

/** Choice of the window's theme by pictures of the window. */
function ThemeChoice({
  value,
  onChange,
}: Readonly<{ value: WindowSettings['theme']; onChange(theme: WindowSettings['theme']): void }>): ReactElement {
  const id = useId();
  return (
    <div>
      <h3 id={id} className={styles['subheading']}>
        {text('settings.appearance.theme')}
      </h3>
      <div role="radiogroup" aria-labelledby={id} className={styles['themes']}>
        {THEMES.map((theme) => (
          <label key={theme} className={styles['theme']}>
            <input
              type="radio"
              className="visually-hidden"
              name={id}
              checked={theme === value}
              onChange={() => onChange(theme)}
            />
            <span className={styles['preview']} aria-hidden="true">
              <span className={styles['pane']} data-theme={theme === 'dark' ? 'dark' : 'light'} />
              {theme === 'system' && <span className={classes(styles['pane'], styles['half'])} data-theme="dark" />}
            </span>
            <span className={styles['theme-name']}>
              {text(`settings.appearance.theme.${theme}`)}
              {theme === value && <Check aria-hidden="true" />}
            </span>
          </label>
        ))}
      </div>
    </div>
  );
}

/** Text sizes to choose, percent. Keys reach all steps of the zoom. */
const SIZES = [90, 100, 110, 125];

/** Returns the sizes to offer, with the current one, which the person may have chosen by keys or in the settings file. */
function sizesWith(percent: number): readonly number[] {
  return [...new Set([...SIZES, percent])].toSorted((one, other) => one - other);
}
