import { Activity } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { GatewayHeartbeat, RemoteView } from '#shared/app-api/index.ts';
import { explainCode, text } from '../../../locale/index.ts';
import { applyRemote, notify, useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, StatusDot, formatAgo, quoteUntrusted, useNow } from '../../../ui/index.ts';
import { showAnswer } from './answer.ts';
import { formatUptime, openClawStatus } from './heartbeat.ts';
import styles from './prompts.module.css';
import { addressOf } from './recipient.ts';
import { statusText } from './recipient-text.ts';

/**
 * Shows the latest heartbeat of a peer's OpenClaw: state, uptime, tasks and last error. A button makes the agent request a new one at once, stores it
 * in the window's store and shows a notice.
 */
export function HeartbeatPanel({ remote }: Readonly<{ remote: RemoteView }>): ReactElement {
  const now = useNow(1000);
  const status = useCall('remote.status');
  const { heartbeat, heardAt, problem } = remote;
  const heartbeatStatus = openClawStatus(remote, now);
  const { dot, label } = statusText({ kind: 'remote', remote }, now);
  const name = quoteUntrusted(remote.name);
  const check = async (): Promise<void> => {
    const heard = await status.run({ target: addressOf(remote) });
    if (heard === undefined) return;
    applyRemote(heardNow(remote, heard));
    const state = text(`prompts.status.${heard.connection_state}`);
    notify({
      tone: heard.connection_state === 'online' ? 'good' : 'info',
      text: text('prompts.heartbeat.checked', { name, state }),
    });
  };
  return (
    <div className={styles['beat']}>
      <dl className={styles['facts']} aria-label={text('prompts.heartbeat', { name })}>
        <Fact name={text('prompts.heartbeat.state')}>
          <StatusDot state={dot} label="" /> {label}
        </Fact>
        <Fact name={text('prompts.heartbeat.uptime')}>
          {heartbeat === null ? text('prompts.heartbeat.none') : formatUptime(heartbeat.uptime)}
        </Fact>
        <Fact name={text('prompts.heartbeat.tasks')}>
          {heartbeat === null ? text('prompts.heartbeat.none') : Math.max(0, heartbeat.active_tasks)}
        </Fact>
        <Fact name={text('prompts.heartbeat.last')}>
          {heardAt === null ? text('prompts.heartbeat.none') : ago(heardAt, now)}
        </Fact>
        <Fact name={text('prompts.heartbeat.error')} wide={hasError(remote)}>
          {lastError(heartbeat)}
        </Fact>
      </dl>
      <Button
        size="small"
        icon={<Activity aria-hidden="true" />}
        busy={status.busy}
        onClick={() => void check()}
        className={styles['check']}
      >
        {text('prompts.heartbeat.check')}
      </Button>
      {heartbeatStatus === 'silent' && <p className={styles['old']}>{text('prompts.heartbeat.silent')}</p>}
      {heartbeatStatus === 'no-heartbeat' && <p className={styles['old']}>{text('prompts.heartbeat.missing')}</p>}
      {problem !== null && <Problem code={problem} name={name} />}
      {status.error !== undefined && <ErrorNotice error={status.error} onDismiss={status.reset} />}
    </div>
  );
}

type FactProps = Readonly<{ name: string; wide?: boolean; children: ReactNode }>;

/** Name and value of one fact, here and in the panel of a local gateway. */
export function Fact({ name, wide = false, children }: FactProps): ReactElement {
  return (
    <div className={styles[wide ? 'fact-wide' : 'fact']}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function hasError({ heartbeat }: RemoteView): boolean {
  return heartbeat?.last_error !== null && heartbeat?.last_error !== undefined && heartbeat.last_error !== '';
}

/** Returns the last error that an OpenClaw has reported, as untrusted text, or words for none. */
export function lastError(heartbeat: GatewayHeartbeat | null): ReactNode {
  if (heartbeat === null) return text('prompts.heartbeat.none');
  if (heartbeat.last_error === null || heartbeat.last_error === '') return text('prompts.heartbeat.error.none');
  return <bdi className={styles['last-error']}>{showAnswer(heartbeat.last_error)}</bdi>;
}

/** Returns the view with a heartbeat that has arrived now, and without a problem. */
function heardNow(remote: RemoteView, heartbeat: GatewayHeartbeat): RemoteView {
  return { ...remote, heartbeat, heardAt: Date.now(), problem: null };
}

/** Returns words for the age of a heartbeat, in seconds during the first minute. Both times are in ms since 1970. */
function ago(at: number, now: number): string {
  const passed = Math.max(0, now - at);
  return passed < 60_000
    ? text('prompts.heartbeat.last.seconds', { count: Math.floor(passed / 1000) })
    : formatAgo(at, now);
}

function Problem({ code, name }: Readonly<{ code: string; name: string }>): ReactElement {
  const { what, why, next } = explainCode(code, code, { name });
  return (
    <p className={styles['old']} data-code={code}>
      <strong>{what}</strong> {why} {next}
    </p>
  );
}
