import { Activity, ArrowUpCircle, CircleQuestionMark, Ellipsis, Server, Trash2 } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import type { RelayServerView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { notify, useApi, useApp } from '../../store/index.ts';
import { Button, Dialog, IconButton, Menu, Row, RowList, Spinner, StatusDot } from '../../ui/index.ts';
import { DeployRelay } from './deploy-relay.tsx';
import styles from './relay-servers.module.css';
import { serverName } from './server-draft.ts';
import type { ServerTask, TaskKind, TaskState } from './server-task.ts';
import { TaskView } from './task-view.tsx';
import { useServerTask, useServerTaskView } from './use-server-task.ts';

/**
 * Relays that this machine has set up on servers, with buttons that check, update and remove them in place, and one that sets up another. Used in the
 * settings.
 */
export function RelayServers(): ReactElement {
  const { task, state } = useServerTask();
  const servers = useServers();
  const [isOpen, setOpen] = useState(false);
  const deploying = state?.input.task === 'deploy' && state.end === undefined ? state : undefined;
  // A relay that was removed has no row any more.
  const isRowless =
    state !== undefined && state.input.task !== 'deploy' && !servers.some((view) => isAbout(state, view));
  return (
    <div className={styles['stack']}>
      {servers.length > 0 && (
        <RowList label={text('deploy.list')}>
          {servers.map((view) => (
            <ServerRow key={view.id} view={view} task={task} state={state} />
          ))}
        </RowList>
      )}
      {isRowless && (
        <div className={styles['open']}>
          <RowTask />
        </div>
      )}
      {deploying === undefined ? (
        <div>
          <Button
            icon={<Server />}
            onClick={() => setOpen(true)}
            reason={state !== undefined && state.input.task !== 'deploy' ? text('deploy.busy') : undefined}
          >
            {text('deploy.open')}
          </Button>
        </div>
      ) : (
        <Deploying state={deploying} onOpen={() => setOpen(true)} />
      )}
      <Dialog open={isOpen} onClose={() => setOpen(false)} title={text('deploy.title')}>
        {isOpen && (
          <DeployRelay
            isAlone
            onHide={() => setOpen(false)}
            onReady={() => {
              setOpen(false);
              notify({ tone: 'good', text: text('deploy.done.deploy') });
            }}
          />
        )}
      </Dialog>
    </div>
  );
}

type DeployingProps = Readonly<{ state: TaskState; onOpen(): void }>;

/** Shows how far a relay is that is set up in the background, and whether it waits for the person. */
function Deploying({ state, onOpen }: DeployingProps): ReactElement {
  const { input, question, steps, cancelling } = state;
  const step = steps.findLast((report) => report.state === 'running')?.step;
  const doing = cancelling ? text('deploy.cancelling') : step === undefined ? undefined : text(`deploy.step.${step}`);
  return (
    <RowList label={text('deploy.steps')}>
      <Row
        lead={question === undefined ? <Spinner label={text('deploy.step.running')} /> : <CircleQuestionMark />}
        title={serverName(input.server)}
        detail={question === undefined ? doing : text('deploy.waits.short')}
        tail={<Button onClick={onOpen}>{text(question === undefined ? 'deploy.show' : 'deploy.answer')}</Button>}
        tall
      />
    </RowList>
  );
}

type ServerRowProps = Readonly<{ view: RelayServerView; task: ServerTask; state: TaskState | undefined }>;

function ServerRow({ view, task, state }: ServerRowProps): ReactElement {
  const { server, url, version } = view;
  const used = useApp(({ status }) => (status?.relay.url === url ? status.relay.state : undefined));
  const newest = useApp(({ status }) => status?.version);
  const reason = state === undefined ? undefined : text('deploy.busy');
  const run = (kind: TaskKind): void => void task.run({ task: kind, server });
  const isOld = newest !== undefined && newest !== version;
  const items = [
    { label: text('deploy.list.check'), icon: <Activity />, kind: 'status' },
    { label: text('deploy.list.update'), icon: <ArrowUpCircle />, kind: 'update' },
    { label: text('deploy.list.remove'), icon: <Trash2 />, kind: 'remove' },
  ] as const;
  const isOpen = state !== undefined && isAbout(state, view);
  const usage = text(
    used === 'online' ? 'deploy.list.online' : used === undefined ? 'deploy.list.unused' : 'deploy.list.offline',
  );
  return (
    <>
      <Row
        lead={<StatusDot state={used === 'online' ? 'online' : used === undefined ? 'offline' : 'waiting'} label="" />}
        title={serverName(server)}
        detail={[version, usage, ...(isOld ? [text('deploy.list.newer', { version: newest })] : [])].join(' · ')}
        tail={
          <Menu
            label={text('deploy.list.actions', { name: serverName(server) })}
            trigger={
              <IconButton
                size="small"
                label={text('deploy.list.actions', { name: serverName(server) })}
                icon={<Ellipsis />}
                reason={reason}
              />
            }
            items={items.map(({ kind, ...item }) => ({ ...item, onSelect: () => run(kind) }))}
          />
        }
        tall
      />
      {isOpen && (
        <li className={styles['open']}>
          <RowTask />
        </li>
      )}
    </>
  );
}

/** Reports whether a task updates, removes or checks this relay. */
function isAbout({ input }: TaskState, { server }: RelayServerView): boolean {
  return input.task !== 'deploy' && JSON.stringify(input.server) === JSON.stringify(server);
}

/** Shows the task of a row below it. */
function RowTask(): ReactElement | null {
  const { task, state } = useServerTaskView();
  const end = state?.end;
  const isDeclined = end !== undefined && 'output' in end && end.output.outcome === 'declined';
  useEffect(() => {
    if (isDeclined) task.clear();
  }, [task, isDeclined]);
  if (state === undefined || isDeclined) return null;
  return (
    <TaskView
      task={task}
      state={state}
      onBack={() => task.clear()}
      actions={<Button onClick={() => task.clear()}>{text('deploy.close')}</Button>}
    />
  );
}

/** Loads the relays that this machine has set up, and follows their changes. */
function useServers(): readonly RelayServerView[] {
  const api = useApi();
  const [servers, setServers] = useState<readonly RelayServerView[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    let isNewer = false;
    const off = api.on('relayServers.changed', (next) => {
      isNewer = true;
      setServers(next);
    });
    api.call('relayServers.list', {}, { signal: controller.signal }).then(
      (found) => {
        if (!isNewer) setServers(found);
      },
      () => undefined,
    );
    return () => {
      controller.abort();
      off();
    };
  }, [api]);
  return servers;
}
