import { useEffect, useState, type ReactElement } from 'react';
import type { AppApiClient, SharedTerminalView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { text } from '../../../locale/index.ts';
import { useApi, useApp } from '../../../store/index.ts';
import { Button, Chip, classes, Dialog, ErrorNotice, Spinner, quoteUntrusted } from '../../../ui/index.ts';
import styles from './sharing.module.css';
import viewStyles from '../screen/view-screen.module.css';
import { ViewScreen } from '../screen/view-screen.ts';

/** State of the view. `approval`: a person has to approve it. */
type WatchState =
  | Readonly<{ kind: 'connecting' | 'approval' | 'running' }>
  | Readonly<{ kind: 'over'; error: unknown }>;

export type WatchViewProps = Readonly<{
  shared: SharedTerminalView;
  /** Name of the machine, quoted for use in a sentence. */
  peer: string;
  onClose(): void;
}>;

/** Dialog in which the person watches a terminal that someone else holds, in its original size and read-only. */
export function WatchView(props: WatchViewProps): ReactElement {
  const [turn, setTurn] = useState(0);
  // Each attempt begins with an empty screen.
  return <WatchTurn key={turn} {...props} onAgain={() => setTurn(turn + 1)} />;
}

function WatchTurn({ shared, peer, onClose, onAgain }: WatchViewProps & Readonly<{ onAgain(): void }>): ReactElement {
  const api = useApi();
  // The content of a dialog is mounted a moment later.
  const [holder, setHolder] = useState<HTMLDivElement | null>(null);
  const [state, setState] = useState<WatchState>({ kind: 'connecting' });
  const [size, setSize] = useState({ cols: shared.cols, rows: shared.rows });
  const title = text('sharing.view.title', { holder: quoteUntrusted(shared.holder), peer });

  useEffect(() => {
    if (holder === null) return undefined;
    const { settings } = useApp.getState();
    const screen = new ViewScreen(title, settings.terminal, (cols, rows) => setSize({ cols, rows }));
    holder.append(screen.element);
    const stop = new AbortController();
    void watch(api, shared, screen, stop.signal, setState);
    return () => {
      stop.abort();
      screen.dispose();
    };
  }, [api, shared, title, holder]);

  return (
    <Dialog
      open
      size="large"
      onClose={onClose}
      title={title}
      actions={
        <>
          {state.kind === 'over' && <Button onClick={onAgain}>{text('sharing.view.again')}</Button>}
          <Button onClick={onClose}>{text('ui.close')}</Button>
        </>
      }
    >
      <div className={styles['watch']}>
        <div className={styles['facts']} role="status">
          <Chip tone="info">{text('sharing.view.only')}</Chip>
          <span>{text('sharing.view.size', size)}</span>
          {state.kind === 'connecting' && <Spinner label={text('sharing.view.connecting')} />}
          {state.kind === 'approval' && <span>{text('sharing.view.approval')}</span>}
          {state.kind === 'over' && state.error === undefined && <span>{text('sharing.view.over')}</span>}
        </div>
        {state.kind === 'over' && state.error !== undefined && <ErrorNotice error={state.error} />}
        <div ref={setHolder} className={classes(viewStyles['screen'], styles['screen'])} />
      </div>
    </Dialog>
  );
}

/** Opens the shared terminal for viewing through the agent and writes its output to the screen, until it ends or the signal aborts. */
async function watch(
  api: AppApiClient,
  { peerId, terminal, cols, rows }: SharedTerminalView,
  screen: ViewScreen,
  signal: AbortSignal,
  onState: (state: WatchState) => void,
): Promise<void> {
  let leave: () => void = () => undefined;
  try {
    const opened = await api.call(
      'terminal.open',
      { peer: peerId, terminal, view: true, cols, rows, term: 'xterm-256color' },
      {
        signal,
        onProgress: (step) => {
          if (step === 'approval') onState({ kind: 'approval' });
        },
      },
    );
    const channel = api.channel(opened.channel);
    const off = api.on('terminal.ended', (end) => {
      if (end.channel !== opened.channel || signal.aborted) return;
      const { code } = end;
      onState({ kind: 'over', error: code === null ? undefined : new ClawReachError(code, 'it ended') });
    });
    leave = () => {
      off();
      const closed = (): void => channel.close();
      api.call('terminal.close', { channel: opened.channel, detach: true }).then(closed, closed);
    };
    if (signal.aborted) return;
    signal.addEventListener('abort', leave, { once: true });
    onState({ kind: 'running' });
    for (let bytes = await channel.read(); bytes !== null && !signal.aborted; bytes = await channel.read()) {
      const output = bytes;
      await new Promise<void>((done) => screen.write(output, done));
    }
  } catch (error) {
    if (!signal.aborted) onState({ kind: 'over', error });
  } finally {
    if (signal.aborted) leave();
  }
}
