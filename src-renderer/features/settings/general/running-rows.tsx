import { Power } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ShellFacts } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { askToQuit } from '../../../store/index.ts';
import { Button, ErrorNotice, Prose, SettingRow, Switch } from '../../../ui/index.ts';
import { useWindowSettings } from '../use-window-settings.ts';
import { AutostartSwitch } from './autostart-switch.tsx';
import { PauseRow } from './pause-row.tsx';

/**
 * Rows of the settings for when this machine runs and connects: start at login, tray, pause and quit. A browser's window offers the pause only. Each change
 * is saved at once (`shell.settings.set`).
 */
export function RunningRows({ facts }: Readonly<{ facts: ShellFacts | undefined }>): ReactElement {
  const { settings, error, change } = useWindowSettings();
  return (
    <>
      {error !== undefined && <ErrorNotice error={error} />}
      {facts?.kind === 'desktop' && (
        <>
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
        </>
      )}
      <PauseRow />
      {facts?.kind === 'desktop' && (
        <SettingRow
          name={text('settings.background.quit')}
          meaning={
            <Prose>
              {text(facts.ownsAgent ? 'settings.background.quit.text' : 'settings.background.quit.other-agent')}
            </Prose>
          }
        >
          <Button icon={<Power aria-hidden />} onClick={() => askToQuit(true)}>
            {text('settings.background.quit.choose')}
          </Button>
        </SettingRow>
      )}
    </>
  );
}
