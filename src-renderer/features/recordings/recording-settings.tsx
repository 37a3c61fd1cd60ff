import { useEffect, useState, type ReactElement } from 'react';
import type { RecordingSettings } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { useApp, useCall } from '../../store/index.ts';
import { ErrorNotice, Switch, quoteUntrusted } from '../../ui/index.ts';
import styles from './recordings.module.css';

/**
 * Fields that set which terminals the agent records automatically: those to chosen peers, and those that this machine serves
 * (`recordings.settings.set`). Renders nothing before the agent has answered.
 */
export function RecordingSettingsView(): ReactElement | null {
  const peers = useApp((state) => state.peers);
  const get = useCall('recordings.settings.get');
  const set = useCall('recordings.settings.set');
  const [settings, setSettings] = useState<RecordingSettings>();
  const load = get.run;
  useEffect(() => {
    void load({}).then(setSettings);
  }, [load]);
  if (settings === undefined) return null;
  const change = async (part: Partial<RecordingSettings>): Promise<void> => {
    const next = await set.run({ ...settings, ...part });
    if (next !== undefined) setSettings(next);
  };
  return (
    <details className={styles['settings']}>
      <summary>{text('recordings.always')}</summary>
      <div className={styles['switches']}>
        <Switch
          label={text('recordings.served')}
          description={text('recordings.served.text')}
          checked={settings.served}
          onChange={(served) => void change({ served })}
        />
        {peers.map(({ peerId, name }) => (
          <Switch
            key={peerId}
            label={text('recordings.always.peer', { name: quoteUntrusted(name) })}
            checked={settings.peers.includes(peerId)}
            onChange={(checked) =>
              void change({
                peers: checked ? [...settings.peers, peerId] : settings.peers.filter((other) => other !== peerId),
              })
            }
          />
        ))}
        {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
      </div>
    </details>
  );
}
