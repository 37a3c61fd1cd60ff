import { useEffect, useState, type ReactElement } from 'react';
import type { GatewayView, GatewayHeartbeat } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { RetryCountdown, StatusDot, quoteUntrusted, useNow } from '../../../ui/index.ts';
import { showAnswer } from './answer.ts';
import { formatUptime } from './heartbeat.ts';
import { Fact, lastError } from './heartbeat-panel.tsx';
import styles from './prompts.module.css';
import { statusText } from './recipient-text.ts';

/**
 * Shows the short status of one of this device's gateways: connection, uptime, tasks and version, from heartbeats that the agent sends while the
 * panel is shown. The tab Gateways shows the rest.
 */
export function LocalGatewayPanel({ gateway }: Readonly<{ gateway: GatewayView }>): ReactElement {
  const now = useNow(30_000);
  const { operator, server, settings } = gateway;
  const isConnected = operator.state === 'connected';
  const heartbeat = useHeartbeat(gateway.id, isConnected);
  const { dot, label } = statusText({ kind: 'gateway', gateway }, now);
  const startedAt = server?.startedAt ?? null;
  return (
    <div className={styles['beat']}>
      <dl className={styles['facts']} aria-label={text('prompts.heartbeat', { name: quoteUntrusted(settings.name) })}>
        <Fact name={text('prompts.heartbeat.state')}>
          <StatusDot state={dot} label="" /> {label}
          {operator.retryAt !== null && (
            <>
              {' · '}
              <RetryCountdown at={operator.retryAt} />
            </>
          )}
        </Fact>
        <Fact name={text('prompts.heartbeat.uptime')}>
          {startedAt === null || !isConnected ? text('prompts.heartbeat.none') : formatUptime((now - startedAt) / 1000)}
        </Fact>
        <Fact name={text('prompts.heartbeat.tasks')}>
          {heartbeat === null ? text('prompts.heartbeat.none') : Math.max(0, heartbeat.active_tasks)}
        </Fact>
        <Fact name={text('prompts.heartbeat.version')}>
          {server === null ? text('prompts.heartbeat.none') : <bdi>{showAnswer(server.version)}</bdi>}
        </Fact>
        {(heartbeat?.last_error ?? '') !== '' && (
          <Fact name={text('prompts.heartbeat.error')} wide>
            {lastError(heartbeat)}
          </Fact>
        )}
      </dl>
    </div>
  );
}

/** Receives the gateway's heartbeats from the agent while the panel is shown and the gateway is connected. Null before the first. */
function useHeartbeat(gateway: string, isConnected: boolean): GatewayHeartbeat | null {
  const { run, cancel } = useCall('remote.watch');
  const [heartbeat, setHeartbeat] = useState<GatewayHeartbeat | null>(null);
  useEffect(() => {
    if (!isConnected) return undefined;
    void run(
      { target: null, gateway },
      {
        onProgress: (step) => {
          if (step.kind === 'heartbeat') setHeartbeat(step.heartbeat);
        },
      },
    );
    return () => {
      cancel();
      setHeartbeat(null);
    };
  }, [run, cancel, gateway, isConnected]);
  return heartbeat;
}
