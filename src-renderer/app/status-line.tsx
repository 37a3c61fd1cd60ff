import type { ReactElement } from 'react';
import type { AgentStatus } from '#shared/app-api/index.ts';
import { explainCode, text } from '../i18n/index.ts';
import { navigate, useApp, useRelayProblem } from '../store/index.ts';
import { StatusDot, Tooltip, type StatusDotProps } from '../ui/index.ts';
import styles from './status-line.module.css';

type Standing = Readonly<{ dot: StatusDotProps['state']; label: string; cause: string }>;

/** Name of this device and whether it can be reached; the cause on hover and focus, a press leads to the settings. */
export function StatusLine(): ReactElement {
  const status = useApp((state) => state.status);
  const isLost = useApp((state) => state.connection === 'lost');
  const problem = useRelayProblem();
  const { dot, label, cause } = standingOf(isLost ? undefined : status, problem);
  return (
    <div className={styles['line']}>
      <Tooltip content={cause} side="top">
        <button type="button" className={styles['button']} onClick={() => navigate('settings')}>
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

function standingOf(status: AgentStatus | undefined, problem: string | null): Standing {
  if (status === undefined) return { dot: 'offline', label: text('app.lost'), cause: text('app.lost.text') };
  if (status.paused !== undefined) return { dot: 'offline', label: text('app.paused'), cause: text('app.paused.text') };
  const { state, url } = status.relay;
  const label = text(`app.relay.${state}`);
  switch (state) {
    case 'online':
      return { dot: 'online', label, cause: text('app.relay.online.text', { relay: hostOf(url) }) };
    case 'connecting':
      return {
        dot: 'busy',
        label,
        cause: problem === null ? text('app.relay.connecting.text') : causeOf(problem, url),
      };
    case 'waiting':
      return { dot: 'offline', label, cause: causeOf(problem, url) };
    case 'failed':
      return { dot: 'attention', label, cause: causeOf(problem, url) };
    case 'none':
      return { dot: 'offline', label, cause: text('app.relay.none.text') };
    case 'stopped':
      return { dot: 'offline', label, cause: text('app.relay.stopped.text') };
  }
}

function causeOf(problem: string | null, url: string | null): string {
  if (problem === null) return text('app.relay.connecting.text');
  const { what, next } = explainCode(problem, problem, { authority: hostOf(url) });
  return `${what} ${next}`.trim();
}

function hostOf(url: string | null): string {
  return url !== null && URL.canParse(url) ? new URL(url).host : '';
}
