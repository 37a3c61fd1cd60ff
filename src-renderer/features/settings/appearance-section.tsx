import type { ReactElement } from 'react';
import { text } from '../../i18n/index.ts';
import { ErrorNotice, Select } from '../../ui/index.ts';
import { Section } from './section.tsx';
import styles from './settings.module.css';
import { useWindowSettings } from './use-window-settings.ts';

export function AppearanceSection(): ReactElement {
  const { settings, error, change } = useWindowSettings();
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
    </Section>
  );
}
