import { ArrowLeft, Plus } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import type { DeviceView } from '#shared/platform/index.ts';
import { TerminalView, type TerminalViewPort } from '../../features/terminals/index.ts';
import { text } from '../../locale/index.ts';
import {
  Banner,
  Button,
  ConfirmDialog,
  ErrorNotice,
  Spinner,
  StatusDot,
  UntrustedText,
  type StatusDotProps,
} from '../../ui/index.ts';
import { useAction, useDashboard, useResource } from '../api/index.ts';
import { deviceName } from '../devices/index.ts';
import { goTo, Link, useRoute } from '../router/index.ts';
import { usePageTitle } from '../shell/page-title.ts';
import { PlainSession, type PlainState } from './plain-session.ts';
import styles from './plain-terminal.module.css';

/**
 * Page `/terminal/DEVICE` and `/terminal/DEVICE/SESSION` of a plain device: its terminal, under a red bar that says that the relay can read it. The address
 * names the session, so that it can be opened again.
 */
export function PlainTerminalPage(): ReactElement {
  const route = useRoute();
  const device = route.page === 'terminal' ? route.device : '';
  const projects = useResource('projects.list');
  return (
    <main className={styles['page']}>
      {projects.value === undefined ? (
        <Loading error={projects.error} />
      ) : (
        <FindDevice
          key={device}
          device={device}
          projects={projects.value.projects.filter(({ devices }) => devices > 0).map(({ id }) => id)}
        />
      )}
    </main>
  );
}

/** Looks for the device in the person's projects, one after the other, and shows its terminal. */
function FindDevice({ device, projects }: Readonly<{ device: string; projects: readonly string[] }>): ReactElement {
  const [at, setAt] = useState(0);
  const project = projects[at];
  return project === undefined ? (
    <Missing />
  ) : (
    <InProject key={project} device={device} project={project} onMissing={() => setAt(at + 1)} />
  );
}

function InProject({
  device,
  project,
  onMissing,
}: Readonly<{ device: string; project: string; onMissing(): void }>): ReactElement {
  const devices = useResource('devices.list', { params: { project } });
  const list = devices.value?.devices;
  const [found, setFound] = useState<DeviceView>();
  const now = list?.find(({ id, encryption }) => id === device && encryption === 'relay-can-read');
  useEffect(() => {
    if (now !== undefined) setFound(now);
    else if (list !== undefined && found === undefined) onMissing();
    // Once found, the terminal stays: its session tells when the device is gone.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [now, list]);
  if (found === undefined) return <Loading error={devices.error} />;
  return <PlainTerminal project={project} device={now ?? found} />;
}

/** Opens sockets to the relay that serves this page. */
function openSocket(): WebSocket {
  return new WebSocket(`${window.location.origin.replace(/^http/u, 'ws')}/session`);
}

/** Terminal of one device: its session, and the view of that. */
function PlainTerminal({ project, device }: Readonly<{ project: string; device: DeviceView }>): ReactElement {
  const { client } = useDashboard();
  const route = useRoute();
  const given = route.page === 'terminal' ? route.session : undefined;
  const name = deviceName(device);
  usePageTitle(name);
  const [state, setState] = useState<PlainState>({ kind: 'connecting' });
  const [wanted, setWanted] = useState<Readonly<{ session: string | undefined }>>({ session: given });
  const session = useRef<PlainSession>(undefined);
  useEffect(() => {
    const online = (): void => session.current?.retryNow();
    window.addEventListener('online', online);
    return () => window.removeEventListener('online', online);
  }, []);
  const port = useMemo<TerminalViewPort>(
    () => ({
      setScreen: (screen) => {
        session.current?.dispose();
        session.current =
          screen &&
          new PlainSession({
            client,
            project,
            device: device.id,
            session: wanted.session,
            openSocket,
            onSession: (id) => goTo({ page: 'terminal', device: device.id, session: id }, { replace: true }),
            onState: setState,
          });
        session.current?.setScreen(screen);
        screen?.focus();
      },
      input: (typed) => session.current?.input(typed),
      binary: (data) => session.current?.binary(data),
      resized: () => session.current?.resized(),
    }),
    [client, project, device.id, wanted],
  );
  const startNew = (): void => {
    setState({ kind: 'connecting' });
    setWanted({ session: undefined });
  };
  return (
    <PlainTerminalView
      name={name}
      state={state}
      port={port}
      onNew={startNew}
      onRetry={() => session.current?.retryNow()}
      onEnd={async () => await session.current?.end()}
    />
  );
}

export type PlainTerminalViewProps = Readonly<{
  /** Name of the machine, as untrusted text. */
  name: string;
  state: PlainState;
  port: TerminalViewPort;
  onNew(): void;
  onRetry(): void;
  /** Ends the session. Rejects with what the relay answers. */
  onEnd(): Promise<void>;
}>;

/** Name, state and warning of a plain device's session, and its screen below. */
export function PlainTerminalView({ name, state, port, onNew, onRetry, onEnd }: PlainTerminalViewProps): ReactElement {
  const [isEnding, setIsEnding] = useState(false);
  const end = useAction(onEnd);
  return (
    <>
      <header className={styles['bar']} data-beside-terminal="">
        <BackLink />
        <h1 className={styles['name']}>
          <StatusDot state={dotOf(state)} label={text(`plain.state.${state.kind}`)} />
          <UntrustedText>{name}</UntrustedText>
        </h1>
        {state.kind === 'running' && state.rtt !== undefined && (
          <span className={styles['rtt']}>{text('plain.rtt', { ms: Math.round(state.rtt) })}</span>
        )}
        {(state.kind === 'running' || state.kind === 'offline' || state.kind === 'lost') && (
          <Button size="small" onClick={() => setIsEnding(true)}>
            {text('plain.end')}
          </Button>
        )}
      </header>
      <p className={styles['warning']}>{text('plain.warning')}</p>
      {state.kind !== 'running' && (
        <div className={styles['notice']}>
          <StateView state={state} name={name} onNew={onNew} onRetry={onRetry} />
        </div>
      )}
      <div className={styles['terminal']}>
        <TerminalView machine={name} port={port} />
      </div>
      {isEnding && (
        <ConfirmDialog
          title={text('plain.end.title', { name })}
          apply={text('plain.end')}
          variant="danger"
          call={end}
          onClose={() => setIsEnding(false)}
          onApply={() => void end.run().then(() => setIsEnding(false))}
        >
          <p>{text('plain.end.text')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

type StateProps = Readonly<{
  state: Exclude<PlainState, { kind: 'running' }>;
  name: string;
  onNew(): void;
  onRetry(): void;
}>;

/** Notice with what a person should know or do while the terminal doesn't run. */
function StateView({ state, name, onNew, onRetry }: StateProps): ReactElement {
  switch (state.kind) {
    case 'connecting':
      return (
        <p className={styles['connecting']} role="status">
          <span aria-hidden="true">
            <Spinner label="" />
          </span>
          {text('plain.connecting', { name })}
        </p>
      );
    case 'lost':
      return (
        <Banner tone="warning" action={<Button onClick={onRetry}>{text('site.retry')}</Button>}>
          {text('plain.lost')}
        </Banner>
      );
    case 'offline':
      return <Banner tone="warning">{text('plain.offline', { name })}</Banner>;
    case 'over':
      return (
        <Banner tone="neutral" action={<NewButton onNew={onNew} />}>
          {text('plain.over')}
        </Banner>
      );
    case 'failed':
      return <ErrorNotice error={state.error} action={<NewButton onNew={onNew} />} />;
  }
}

function NewButton({ onNew }: Readonly<{ onNew(): void }>): ReactElement {
  return (
    <Button icon={<Plus />} onClick={onNew}>
      {text('plain.new')}
    </Button>
  );
}

function dotOf({ kind }: PlainState): StatusDotProps['state'] {
  if (kind === 'running') return 'online';
  return kind === 'connecting' || kind === 'lost' ? 'waiting' : 'offline';
}

function BackLink(): ReactElement {
  return (
    <Link to={{ page: 'devices' }} className={styles['back']}>
      <ArrowLeft aria-hidden="true" />
      {text('machine.back')}
    </Link>
  );
}

function Loading({ error }: Readonly<{ error: unknown }>): ReactElement {
  return (
    <div className={styles['bar']}>
      <BackLink />
      {error === undefined ? <Spinner label={text('devices.loading')} /> : <ErrorNotice error={error} />}
    </div>
  );
}

function Missing(): ReactElement {
  return (
    <>
      <div className={styles['bar']}>
        <BackLink />
      </div>
      <div className={styles['notice']}>
        <Banner tone="neutral">{text('plain.missing')}</Banner>
      </div>
    </>
  );
}
