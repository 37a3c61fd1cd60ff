import type { ReactElement } from 'react';
import { navigate, useApp, useRelayProblem } from '../../store/index.ts';
import { StatusDot, Tooltip } from '../../ui/index.ts';
import { summariseConnection, countLinked } from './connection-summary.ts';
import styles from './status-line.module.css';

/** Shows this device's name and the state of its connections. Hover or focus shows the cause; a press opens the settings. */
export function StatusLine(): ReactElement {
  const status = useApp((state) => state.status);
  const isLost = useApp((state) => state.connection === 'lost');
  const problem = useRelayProblem();
  const linked = useApp((state) => countLinked(state.peers));
  const { dot, label, cause } = summariseConnection(isLost ? undefined : status, linked, problem);
  return (
    <div className={styles['line']}>
      <Tooltip content={cause} side="top">
        <button type="button" className={styles['button']} onClick={() => navigate({ page: 'settings' })}>
          <StatusDot state={dot} label="" />
          <span className={styles['words']}>
            <span className={styles['device']}>{status?.device.name}</span>
            <span className={styles['state']}>{label}</span>
          </span>
        </button>
      </Tooltip>
    </div>
  );
}
