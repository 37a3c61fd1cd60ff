import { useEffect, useState, type ReactElement } from 'react';
import type { AutostartView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { ErrorNotice, Switch } from '../../../ui/index.ts';
import { ProblemBanner } from '../problem-banner.tsx';

/**
 * Switch that starts the application at login (`shell.autostart.set`). Shows the state that the operating system reports, because a person may have
 * changed it in the system's settings; reads it again when the window gets the focus.
 */
export function AutostartSwitch(): ReactElement {
  const read = useCall('shell.autostart.get');
  const set = useCall('shell.autostart.set');
  const [autostart, setAutostart] = useState<AutostartView>();
  const { run: ask } = read;

  useEffect(() => {
    const refresh = (): void => {
      if (document.visibilityState === 'hidden') return;
      void ask({}).then((answer) => {
        if (answer !== undefined) setAutostart(answer);
      });
    };
    refresh();
    // The person may return from the system's settings.
    window.addEventListener('focus', refresh);
    return () => window.removeEventListener('focus', refresh);
  }, [ask]);

  const change = async (on: boolean): Promise<void> => {
    const answer = await set.run({ on });
    if (answer !== undefined) setAutostart(answer);
  };

  return (
    <>
      {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
      <Switch
        row
        label={text('settings.background.autostart')}
        description={text('settings.background.autostart.text')}
        checked={autostart?.state === 'on'}
        disabled={autostart === undefined || set.busy}
        onChange={(on) => void change(on)}
      />
      <ProblemBanner code={autostart?.problem ?? null} />
    </>
  );
}
