import { Settings } from 'lucide-react';
import type { ReactElement } from 'react';
import { useRelayElsewhere } from '../../features/relay-reach/index.ts';
import { showSettings } from '../../features/settings/index.ts';
import { text } from '../../locale/index.ts';
import { navigate, useApp, useRelayProblem } from '../../store/index.ts';
import { StatusDot, Tooltip, classes } from '../../ui/index.ts';
import { Monogram } from './monogram.tsx';
import { summariseConnection, countLinked } from './connection-summary.ts';
import styles from './status-line.module.css';

/**
 * Shows this device's name and its reach, and a button that opens the settings. Hover or focus shows the cause; a press on the name opens the
 * settings of this machine, or of the relay while something is wrong.
 */
export function StatusLine({ isSmall }: Readonly<{ isSmall: boolean }>): ReactElement {
  const status = useApp((state) => state.status);
  const isLost = useApp((state) => state.connection === 'lost');
  const isInSettings = useApp((state) => state.place.page === 'settings');
  const isOwn = useApp(({ settingsPlace }) => settingsPlace?.section === 'device');
  const problem = useRelayProblem();
  const linked = useApp((state) => countLinked(state.peers));
  const { reach } = useRelayElsewhere();
  const { dot, label, cause } = summariseConnection(isLost ? undefined : status, linked, problem, reach);
  const name = status?.device.name;
  return (
    <div className={classes(styles['line'], isSmall && styles['small'])}>
      <Tooltip
        content={isSmall ? [name, label, cause].filter(Boolean).join(' · ') : cause}
        side={isSmall ? 'right' : 'top'}
        delay={isSmall ? 0 : undefined}
      >
        <button
          type="button"
          className={styles['button']}
          aria-label={isSmall ? [name, label].filter(Boolean).join(' ') : undefined}
          aria-current={isInSettings && isOwn ? 'page' : undefined}
          // What fails leads to its remedy.
          onClick={() => showSettings(dot === 'online' ? 'device' : 'relay')}
        >
          {isSmall ? <Monogram name={name ?? ''} dot={dot} label="" /> : <StatusDot state={dot} label="" />}
          {!isSmall && (
            <span className={styles['words']}>
              <span className={styles['device']}>{name}</span>
              <span className={styles['state']} title={label}>
                {label}
              </span>
            </span>
          )}
        </button>
      </Tooltip>
      <Tooltip content={text('app.page.settings')} side={isSmall ? 'right' : 'top'} delay={isSmall ? 0 : undefined}>
        <button
          type="button"
          className={styles['settings']}
          aria-label={text('app.page.settings')}
          aria-current={isInSettings && !isOwn ? 'page' : undefined}
          onClick={() => navigate({ page: 'settings' })}
        >
          <Settings aria-hidden="true" />
        </button>
      </Tooltip>
    </div>
  );
}
