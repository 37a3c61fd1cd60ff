import { Pause } from 'lucide-react';
import type { ReactElement } from 'react';
import { joinSentences, text } from '../../../locale/index.ts';
import { useApp, useCall, useIsBrowserMachine } from '../../../store/index.ts';
import { Button, ErrorNotice, Menu, SettingRow } from '../../../ui/index.ts';

const HOUR = 3_600_000;

/** Row of the settings that pauses all connections of this device, for a chosen time or until they are resumed (`agent.pause`, `agent.resume`). */
export function PauseRow(): ReactElement {
  const paused = useApp((state) => state.status?.paused);
  const isThere = useApp((state) => state.status !== undefined);
  const servesRelay = useApp((state) => state.hostedRelay?.state === 'running');
  const isBrowser = useIsBrowserMachine();
  const pause = useCall('agent.pause');
  const resume = useCall('agent.resume');
  const wait = (milliseconds: number | null): void =>
    void pause.run({ until: milliseconds === null ? null : Date.now() + milliseconds });
  const error = pause.error ?? resume.error;
  return (
    <>
      {error !== undefined && (
        <ErrorNotice
          error={error}
          onDismiss={() => {
            pause.reset();
            resume.reset();
          }}
        />
      )}
      <SettingRow
        name={text(paused === undefined ? 'settings.background.pause' : 'settings.background.paused')}
        meaning={joinSentences(
          text(isBrowser ? 'settings.background.pause.browser' : 'settings.background.pause.text'),
          servesRelay ? text('app.banner.paused.relay') : '',
        )}
      >
        {paused === undefined ? (
          <Menu
            trigger={
              <Button icon={<Pause aria-hidden size={16} />} busy={pause.busy} disabled={!isThere}>
                {text('settings.background.pause.choose')}
              </Button>
            }
            label={text('settings.background.pause')}
            items={[
              { label: text('settings.background.pause.hour'), onSelect: () => wait(HOUR) },
              { label: text('settings.background.pause.hours'), onSelect: () => wait(8 * HOUR) },
              { label: text('settings.background.pause.on'), onSelect: () => wait(null) },
            ]}
          />
        ) : (
          <Button busy={resume.busy} onClick={() => void resume.run({})}>
            {text('app.banner.paused.resume')}
          </Button>
        )}
      </SettingRow>
    </>
  );
}
