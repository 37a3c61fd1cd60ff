import type { ReactElement } from 'react';
import type { ShellFacts } from '#shared/app-api/index.ts';
import { text } from '../../i18n/index.ts';
import { ErrorNotice, Switch } from '../../ui/index.ts';
import { Prose } from './prose.tsx';
import { Section } from './section.tsx';
import styles from './settings.module.css';
import { useWindowSettings } from './use-window-settings.ts';

/** What ClawReach does while nobody looks, as far as what is around this window can do it. */
export function BackgroundSection({ facts }: Readonly<{ facts: ShellFacts }>): ReactElement {
  const { settings, error, change } = useWindowSettings();
  if (facts.kind === 'browser') {
    return (
      <Section name="background" title={text('settings.background')}>
        <p className={styles['plain']}>
          <Prose>{text('settings.background.browser')}</Prose>
        </p>
      </Section>
    );
  }
  return (
    <Section name="background" title={text('settings.background')}>
      {error !== undefined && <ErrorNotice error={error} />}
      <Switch
        label={text('settings.background.notifications')}
        description={text('settings.background.notifications.text')}
        checked={settings.notifications}
        onChange={(notifications) => void change({ notifications })}
      />
      {facts.tray ? (
        <>
          <Switch
            label={text('settings.background.tray')}
            description={text('settings.background.tray.text')}
            checked={settings.closeToTray}
            onChange={(closeToTray) => void change({ closeToTray })}
          />
          <Switch
            label={text('settings.background.hidden')}
            description={text('settings.background.hidden.text')}
            checked={settings.startHidden}
            onChange={(startHidden) => void change({ startHidden })}
          />
        </>
      ) : (
        <p className={styles['plain']}>{text('settings.background.no-tray')}</p>
      )}
    </Section>
  );
}
