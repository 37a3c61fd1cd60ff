import { useEffect, useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { askToQuit, forwardsOn, useApp, useCall } from '../../../store/index.ts';
import { ConfirmDialog, Prose } from '../../../ui/index.ts';
import styles from '../settings.module.css';

/**
 * Asks whether to quit the application, and lists what ends: how others reach this machine, what they run here (`terminal.served`), forwards and the hosted
 * relay. Quits by `shell.quit`. Renders nothing until the person asks to quit.
 */
export function QuitDialog(): ReactElement | null {
  const isAsked = useApp((state) => state.isQuitAsked);
  return isAsked ? <Question /> : null;
}

function Question(): ReactElement {
  const quit = useCall('shell.quit');
  const { run: listServed } = useCall('terminal.served');
  const ownsAgent = useApp(({ facts }) => facts?.ownsAgent !== false);
  const forwards = useApp((state) => forwardsOn(state.forwards, state.peers).length);
  const open = useApp((state) => state.openTerminals.filter(({ isEnded }) => isEnded !== true).length);
  const servesRelay = useApp((state) => state.hostedRelay?.state === 'running');
  const [served, setServed] = useState(0);
  useEffect(() => {
    void listServed({ commands: true }).then((answer) => setServed(answer?.length ?? 0));
  }, [listServed]);
  return (
    <ConfirmDialog
      onClose={() => askToQuit(false)}
      title={text('settings.quit.title')}
      apply={text('settings.quit.apply')}
      call={quit}
      onApply={() => {
        // The application may ask in turn, and stay.
        void quit.run({}).then((answer) => answer !== undefined && askToQuit(false));
      }}
    >
      {ownsAgent ? (
        <ul className={styles['ends']}>
          <li>{text('settings.quit.reach')}</li>
          {served > 0 && <li>{text('settings.quit.here', { count: served })}</li>}
          {forwards > 0 && <li>{text('settings.quit.forwards', { count: forwards })}</li>}
          {open > 0 && <li>{text('settings.quit.own')}</li>}
          {servesRelay && <li>{text('settings.quit.relay')}</li>}
        </ul>
      ) : (
        <p className={styles['plain']}>
          <Prose>{text('settings.background.quit.other-agent')}</Prose>
        </p>
      )}
    </ConfirmDialog>
  );
}
