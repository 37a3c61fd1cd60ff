import type { ReactElement } from 'react';
import type { NoticeLevel, ShellFacts } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { ErrorNotice, Select, Switch, Prose } from '../../../ui/index.ts';
import { AutostartSwitch } from './autostart-switch.tsx';
import { PauseRow } from './pause-row.tsx';
import { Section } from '../section.tsx';
import styles from '../settings.module.css';
import { useWindowSettings } from '../use-window-settings.ts';

const LEVELS: readonly NoticeLevel[] = ['all', 'requests', 'none'];

/**
 * Section of the settings for running in the background: notifications, start at login, tray and pause. A browser's window offers the pause only.
 * Each change is saved at once (`shell.settings.set`).
 */
export function BackgroundSection({ facts }: Readonly<{ facts: ShellFacts }>): ReactElement {
  const { settings, error, change } = useWindowSettings();
  if (facts.kind === 'browser') {
    return (
      <Section name="background" title={text('settings.background')}>
        <p className={styles['plain']}>
          <Prose>{text('settings.background.browser')}</Prose>
        </p>
        <PauseRow />
      </Section>
    );
  }
  return (
    <Section name="background" title={text('settings.background')}>
      {error !== undefined && <ErrorNotice error={error} />}
      <Select
        row
        label={text('settings.background.notifications')}
        description={text('settings.background.notifications.text')}
        value={settings.notifications}
        options={LEVELS.map((value) => ({ value, label: text(`settings.background.notifications.${value}`) }))}
        onChange={(notifications) => void change({ notifications })}
      />
      <AutostartSwitch />
      <Switch
        row
        label={text('settings.background.tray')}
        description={text(facts.tray ? 'settings.background.tray.text' : 'settings.background.no-tray')}
        checked={settings.closeToTray}
        onChange={(closeToTray) => void change({ closeToTray })}
      />
      {facts.tray && (
        <Switch
          row
          label={text('settings.background.hidden')}
          description={text('settings.background.hidden.text')}
          checked={settings.startHidden}
          onChange={(startHidden) => void change({ startHidden })}
        />
      )}
      <PauseRow />
    </Section>
  );
}
