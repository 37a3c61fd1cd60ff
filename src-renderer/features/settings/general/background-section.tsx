import type { ReactElement } from 'react';
import type { NoticeLevel, ShellFacts } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { ErrorNotice, Prose, Segments } from '../../../ui/index.ts';
import { Section } from '../section.tsx';
import styles from '../settings.module.css';
import { useWindowSettings } from '../use-window-settings.ts';

const LEVELS: readonly NoticeLevel[] = ['all', 'requests', 'none'];

/**
 * Section of the settings for notifications. A browser's window has none after it is closed, and says so. Each change is saved at once
 * (`shell.settings.set`).
 */
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
      <Segments
        row
        label={text('settings.background.notifications')}
        description={text(`settings.background.notifications.${settings.notifications}.text`)}
        value={settings.notifications}
        options={LEVELS.map((value) => ({ value, label: text(`settings.background.notifications.${value}`) }))}
        onChange={(notifications) => void change({ notifications })}
      />
      {/* Facts that no one sets, so they aren't rows. */}
      <p className={styles['text']}>{text('settings.background.notifications.answers')}</p>
      <p className={styles['text']}>{text('settings.background.notifications.locked')}</p>
    </Section>
  );
}
