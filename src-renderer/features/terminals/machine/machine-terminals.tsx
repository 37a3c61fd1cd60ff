import { Plus } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import type { TerminalView } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { text } from '../../../locale/index.ts';
import { requestTerminal, useApi, useApp, useCall, type OpenTerminal } from '../../../store/index.ts';
import { Button, ErrorNotice, formatAgo, quoteUntrusted, Row, RowList, StatusDot, useNow } from '../../../ui/index.ts';
import { TitleNumbers } from '../tabs/numbered-titles.ts';
import { tidyTitle } from '../tabs/title.ts';
import styles from './machine-terminals.module.css';
import { TerminalProfile } from './terminal-profile.tsx';

/** Interval of asking a linked machine for its terminals, ms. */
const INTERVAL = 5000;

/**
 * Terminals of one machine, for its page: those that run there, which open in a tab when pressed, a button for a new one, and the look and start of
 * new ones. Lists only while a link exists.
 */
export function MachineTerminals({ peerId }: Readonly<{ peerId: string }>): ReactElement | null {
  const peer = useApp(({ peers }) => peers.find((each) => each.peerId === peerId));
  const { views: running, wider } = useRunning(peerId, peer?.linked === true);
  const now = useNow(30_000);
  const open = useApp((state) => state.openTerminals);
  const [numbers] = useState(
    () => new TitleNumbers((title, number) => text('terminals.tab.numbered', { title, number })),
  );
  if (peer === undefined) return null;
  const name = quoteUntrusted(peer.name);
  const label = text('terminals.machine.title', { peer: name });
  const titles = titlesOf(
    running,
    open.filter((each) => each.peerId === peerId),
    numbers,
  );
  // Left from here, and not among those that the machine lists now.
  const left =
    wider === undefined
      ? []
      : open.filter(
          (each) =>
            each.peerId === peerId && each.isLeft && running.every(({ terminal }) => terminal !== each.terminal),
        );
  return (
    <div className={styles['page']}>
      <div className={styles['top']}>
        <h2 className={styles['title']}>{label}</h2>
        <Button icon={<Plus />} onClick={() => requestTerminal(peerId)}>
          {text('terminals.new.menu')}
        </Button>
      </div>
      {running.length === 0 && left.length === 0 && (wider === undefined || wider.state === 'answered') && (
        <p className={styles['none']}>{text('terminals.machine.none')}</p>
      )}
      {running.length + left.length > 0 && (
        <RowList label={label}>
          {running.map((view) => (
            <Row
              key={view.terminal}
              lead={<StatusDot state={view.attached ? 'online' : 'offline'} label={text(stateOf(view))} />}
              title={<bdi>{titles.get(view.terminal)}</bdi>}
              detail={detailOf(view)}
              note={formatAgo(view.startedAt, now)}
              onOpen={() => requestTerminal(peerId, { terminal: view.terminal, title: view.title })}
            />
          ))}
          {left.map((each) => (
            <Row
              key={each.terminal}
              lead={<StatusDot state="offline" label={text('terminals.machine.left')} />}
              title={<bdi>{each.title}</bdi>}
              detail={text('terminals.machine.left')}
              onOpen={each.show}
            />
          ))}
        </RowList>
      )}
      {wider !== undefined && (
        <div className={styles['wider']}>
          {wider.error !== undefined && <ErrorNotice error={wider.error} />}
          {wider.state !== 'answered' && (
            <p>
              {text(wider.state === 'waiting' ? 'terminals.approval' : 'terminals.machine.undecided', { peer: name })}
            </p>
          )}
          <Button busy={wider.state === 'waiting'} onClick={wider.ask}>
            {text('terminals.machine.ask')}
          </Button>
        </div>
      )}
      <h2 className={styles['title']}>{text('terminals.profile')}</h2>
      <TerminalProfile peerId={peerId} />
    </div>
  );
}

/** Returns titles by the ID of a terminal: those of terminals of this window as its tabs show them, the others numbered after them. */
function titlesOf(
  running: readonly TerminalView[],
  open: readonly OpenTerminal[],
  numbers: TitleNumbers,
): ReadonlyMap<string | undefined, string> {
  const known = new Map(open.map(({ terminal, title }) => [terminal, title]));
  const others = running
    .filter(({ terminal }) => !known.has(terminal))
    .map(({ terminal, program, title }) => ({
      key: terminal,
      scope: '',
      title: tidyTitle(program ?? title) || terminal.slice(0, 8),
    }));
  const taken = open.map(({ title }) => ({ scope: '', title }));
  return new Map<string | undefined, string>([...known, ...numbers.number(others, taken)]);
}

function stateOf({ attached }: TerminalView): 'terminals.machine.attached' | 'terminals.machine.left' {
  return attached ? 'terminals.machine.attached' : 'terminals.machine.left';
}

/** Device that holds or opened the terminal, if it is another one; otherwise whether it is open. */
function detailOf(view: TerminalView): string {
  const device = view.heldBy ?? view.openedBy;
  return device === null ? text(stateOf(view)) : text('terminals.machine.device', { device: quoteUntrusted(device) });
}

/** Terminals of a machine, and the request for those that it lists only after asking its user. */
type Running = Readonly<{
  views: readonly TerminalView[];
  /** Present while the permission is undecided there. */
  wider: Readonly<{ state: 'unasked' | 'waiting' | 'answered'; error: unknown; ask(): void }> | undefined;
}>;

/**
 * Lists the terminals of a linked machine, every few seconds while the component is shown. That asks no person there: while the permission is
 * undecided, only terminals open on this machine are listed, and the rest once `wider.ask` was answered.
 */
function useRunning(peerId: string, isLinked: boolean): Running {
  const api = useApi();
  const [views, setViews] = useState<readonly TerminalView[]>(NONE);
  const [isUndecided, setUndecided] = useState(false);
  // Answer of the person there, as of that time.
  const [approved, setApproved] = useState<readonly TerminalView[]>();
  const request = useCall('terminal.list');
  useEffect(() => {
    if (!isLinked) return;
    const stopped = new AbortController();
    const { signal } = stopped;
    const list = async (): Promise<void> => {
      try {
        show(await api.call('terminal.list', { peer: peerId, ask: false }, { signal }), false);
      } catch (error) {
        if (errorCode(error) !== 'rights.unasked') return;
        show(await api.call('terminal.list', { peer: peerId, watched: true }, { signal }).catch(() => NONE), true);
      }
    };
    const show = (listed: readonly TerminalView[], undecided: boolean): void => {
      if (signal.aborted) return;
      setViews(listed);
      setUndecided(undecided);
      if (!undecided) setApproved(undefined);
      // A list of the open ones alone doesn't tell what has ended: terminals that were left are kept.
      if (!undecided)
        useApp.setState(({ terminalLists }) => ({ terminalLists: { ...terminalLists, [peerId]: listed } }));
    };
    void list();
    const timer = setInterval(() => void list(), INTERVAL);
    return () => {
      clearInterval(timer);
      stopped.abort();
    };
  }, [api, peerId, isLinked]);
  if (!isLinked) return { views: NONE, wider: undefined };
  const ask = (): void =>
    void request.run({ peer: peerId }).then((listed) => {
      if (listed !== undefined) setApproved(listed);
    });
  const others = (approved ?? NONE).filter(({ terminal }) => views.every((each) => each.terminal !== terminal));
  const state = request.busy ? 'waiting' : approved === undefined ? 'unasked' : 'answered';
  return {
    views: [...views, ...others],
    wider: isUndecided ? { state, error: request.error, ask } : undefined,
  };
}

const NONE: readonly TerminalView[] = [];
