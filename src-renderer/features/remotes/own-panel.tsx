import type { ReactElement } from 'react';
import type { GatewayView } from '#shared/app-api/index.ts';
import { text } from '../../i18n/index.ts';
import { StatusDot } from '../../ui/index.ts';
import { quoteForeign, useNow } from '../peers/index.ts';
import { showAnswer } from './answer.ts';
import { formatUptime } from './heartbeat.ts';
import { Fact } from './heartbeat-panel.tsx';
import styles from './remotes.module.css';
import { describeStanding } from './target-text.ts';

/** How a gateway of this device is, in short; all of it is under Gateways. */
export function OwnPanel({ gateway }: Readonly<{ gateway: GatewayView }>): ReactElement {
  const now = useNow(30_000);
  const { dot, label } = describeStanding({ kind: 'own', gateway }, now);
  const startedAt = gateway.server?.startedAt ?? null;
  return (
    <div className={styles['beat']}>
      <dl className={styles['facts']} aria-label={text('remotes.beat', { name: quoteForeign(gateway.settings.name) })}>
        <Fact name={text('remotes.beat.state')}>
          <StatusDot state={dot} label="" /> {label}
        </Fact>
        <Fact name={text('remotes.beat.uptime')}>
          {startedAt === null ? text('remotes.beat.none') : formatUptime((now - startedAt) / 1000)}
        </Fact>
        <Fact name={text('remotes.beat.server')}>
          {gateway.server === null ? text('remotes.beat.none') : <bdi>{showAnswer(gateway.server.version)}</bdi>}
        </Fact>
      </dl>
    </div>
  );
}
