import { Activity, Ellipsis, Pencil, RotateCw, Trash2 } from 'lucide-react';
import type { ReactElement } from 'react';
import type { GatewayHeartbeat, RemoteView } from '#shared/app-api/index.ts';
import { explainCode, gapAfter, joinSentences, text } from '../../../locale/index.ts';
import { applyRemote, notify, useCall } from '../../../store/index.ts';
import {
  ErrorNotice,
  IconButton,
  Menu,
  StatusDot,
  UntrustedText,
  formatAgo,
  quoteUntrusted,
  useNow,
} from '../../../ui/index.ts';
import type { OpenDialog } from '../dialogs.tsx';
import { SubjectHead } from '../frame/subject-head.tsx';
import type { PromptConversation } from './conversation.ts';
import { ConversationView } from './conversation-view.tsx';
import { formatUptime, openClawStatus, taskText } from './heartbeat.ts';
import { LastError } from './last-error.tsx';
import styles from './prompts.module.css';
import { addressOf } from './recipient.ts';
import { describeLocation, statusText } from './recipient-text.ts';

export type RemotePaneProps = Readonly<{
  remote: RemoteView;
  conversation: PromptConversation;
  onOpen(dialog: OpenDialog): void;
}>;

/**
 * Pane of the OpenClaw of a paired machine: its latest heartbeat and the conversation. The person asks for a new heartbeat, restarts it, and edits or
 * removes the entry.
 */
export function RemotePane({ remote, conversation, onOpen }: RemotePaneProps): ReactElement {
  const status = useCall('remote.status');
  const name = quoteUntrusted(remote.name);
  const target = { kind: 'remote', remote } as const;
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
    <>
      <SubjectHead
        title={<UntrustedText>{remote.name}</UntrustedText>}
        about={describeLocation(target)}
        actions={
          <>
            <IconButton
              label={text('prompts.heartbeat.check')}
              icon={<Activity />}
              busy={status.busy}
              onClick={() => void check()}
            />
            <IconButton
              label={text('prompts.restart.of', { name })}
              icon={<RotateCw />}
              onClick={() => onOpen({ kind: 'restart', target })}
            />
            <Menu
              label={text('prompts.more', { name })}
              trigger={<IconButton label={text('prompts.more', { name })} icon={<Ellipsis />} />}
              items={[
                {
                  label: text('prompts.edit'),
                  icon: <Pencil />,
                  onSelect: () => onOpen({ kind: 'edit-machine', remote }),
                },
                'separator',
                {
                  label: text('prompts.remove'),
                  icon: <Trash2 />,
                  tone: 'danger',
                  onSelect: () => onOpen({ kind: 'remove-machine', remote }),
                },
              ]}
            />
          </>
        }
      />
      {status.error !== undefined && <ErrorNotice error={status.error} onDismiss={status.reset} />}
      <HeartbeatStrip remote={remote} name={name} />
      <ConversationView target={target} conversation={conversation} waitingRequests={0} obstacle={undefined} />
    </>
  );
}

/** Shows the latest heartbeat: state, uptime, tasks and age, with the last error or the reason why there is none. */
function HeartbeatStrip({ remote, name }: Readonly<{ remote: RemoteView; name: string }>): ReactElement {
  const now = useNow(1000);
  const { heartbeat, heardAt, problem } = remote;
  const status = openClawStatus(remote, now);
  const { dot, label } = statusText({ kind: 'remote', remote }, now);
  const tasks = Math.max(0, heartbeat?.active_tasks ?? 0);
  return (
    <div className={styles['beat']}>
      <dl className={styles['facts']} aria-label={text('prompts.heartbeat', { name })}>
        <div>
          <dt className="visually-hidden">{text('prompts.heartbeat.state')}</dt>
          <dd className={styles['state']}>
            <StatusDot state={dot} label="" /> <span>{label}</span>
          </dd>
        </div>
        {heartbeat !== null && (
          <>
            <div className={styles['quiet']}>
              <dt className="visually-hidden">{text('prompts.heartbeat.tasks')}</dt>
              <dd>{tasks === 0 ? text('prompts.tasks.none') : taskText(tasks)}</dd>
            </div>
            <div className={styles['quiet']}>
              <dt>{text('prompts.heartbeat.uptime')}</dt> <dd>{formatUptime(heartbeat.uptime)}</dd>
            </div>
          </>
        )}
        {heardAt !== null && (
          <div className={styles['quiet']}>
            <dt>{text('prompts.heartbeat.last')}</dt> <dd>{ago(heardAt, now)}</dd>
          </div>
        )}
      </dl>
      {status === 'silent' && <p className={styles['note']}>{text('prompts.heartbeat.silent')}</p>}
      {status === 'no-heartbeat' && <p className={styles['note']}>{text('prompts.heartbeat.missing')}</p>}
      {problem !== null && <Problem code={problem} name={name} />}
      <LastError heartbeat={heartbeat} />
    </div>
  );
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
    <p className={styles['note']} data-code={code}>
      <strong>{what}</strong>
      {gapAfter(what)}
      {joinSentences(why, next)}
    </p>
  );
}
