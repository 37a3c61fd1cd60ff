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

/** Latest heartbeat of a peer's OpenClaw, which reports every 15 seconds. */
export function HeartbeatPanel({ remote }: Readonly<{ remote: RemoteView }>): ReactElement {
  const now = useNow(1000);
  const status = useCall('remote.status');
  const { heartbeat, heardAt, problem } = remote;
  const standing = openClawStatus(remote, now);
  const { dot, label } = statusText({ kind: 'remote', remote }, now);
  const name = quoteUntrusted(remote.name);
  const check = async (): Promise<void> => {
    const heard = await status.run({ target: addressOf(remote) });
    if (heard === undefined) return;
    applyRemote(heardNow(remote, heard));
    const state = text(`remotes.standing.${heard.connection_state}`);
    notify({
      tone: heard.connection_state === 'online' ? 'good' : 'info',
      text: text('remotes.beat.checked', { name, state }),
    });
  };
  return (
    <div className={styles['beat']}>
      <dl className={styles['facts']} aria-label={text('remotes.beat', { name })}>
        <Fact name={text('remotes.beat.state')}>
          <StatusDot state={dot} label="" /> {label}
        </Fact>
        <Fact name={text('remotes.beat.uptime')}>
          {heartbeat === null ? text('remotes.beat.none') : formatUptime(heartbeat.uptime)}
        </Fact>
        <Fact name={text('remotes.beat.tasks')}>
          {heartbeat === null ? text('remotes.beat.none') : Math.max(0, heartbeat.active_tasks)}
        </Fact>
        <Fact name={text('remotes.beat.heard')}>
          {heardAt === null ? text('remotes.beat.none') : ago(heardAt, now)}
        </Fact>
        <Fact name={text('remotes.beat.error')} wide={hasError(remote)}>
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
        {text('remotes.beat.check')}
      </Button>
      {standing === 'silent' && <p className={styles['old']}>{text('remotes.beat.silent')}</p>}
      {standing === 'unheard' && <p className={styles['old']}>{text('remotes.beat.unheard')}</p>}
      {problem !== null && <Problem code={problem} name={name} />}
      {status.error !== undefined && <ErrorNotice error={status.error} onDismiss={status.reset} />}
    </div>
  );
}

type FactProps = Readonly<{ name: string; wide?: boolean; children: ReactNode }>;

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

/** Formats the last error, which is untrusted text. */
export function lastError(heartbeat: GatewayHeartbeat | null): ReactNode {
  if (heartbeat === null) return text('remotes.beat.none');
  if (heartbeat.last_error === null || heartbeat.last_error === '') return text('remotes.beat.error.none');
  return <bdi className={styles['last-error']}>{showAnswer(heartbeat.last_error)}</bdi>;
}

function heardNow(remote: RemoteView, heartbeat: GatewayHeartbeat): RemoteView {
  return { ...remote, heartbeat, heardAt: Date.now(), problem: null };
}

/** Formats the age of a heartbeat, in seconds during the first minute. */
function ago(at: number, now: number): string {
  const passed = Math.max(0, now - at);
  return passed < 60_000
    ? text('remotes.beat.heard.seconds', { count: Math.floor(passed / 1000) })
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
