import { Plus } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import type { TerminalView } from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { text } from '../../../locale/index.ts';
import {
  rememberApprovedList,
  requestTerminal,
  useApi,
  useApp,
  useCall,
  type OpenTerminal,
} from '../../../store/index.ts';
import { Button, ErrorNotice, formatAgo, quoteUntrusted, Row, RowList, StatusDot, useNow } from '../../../ui/index.ts';
import { ReopenButton } from '../../peers/index.ts';
import { listUnasked, type UnaskedList } from '../session/list-unasked.ts';
import { TitleNumbers } from '../tabs/numbered-titles.ts';
import { tidyTitle } from '../tabs/title.ts';
import styles from './machine-terminals.module.css';
import { TerminalProfile } from './terminal-profile.tsx';

/** Interval of asking a linked machine for its terminals, ms. */
const INTERVAL = 5000;

/**
 * Terminals of one machine, for its page: those that run there, which open in a tab when pressed, a button for a new one, and the look and start of
 * new ones. Without a link, those of this window.
 */
export function MachineTerminals({ peerId }: Readonly<{ peerId: string }>): ReactElement | null {
  const peer = useApp(({ peers }) => peers.find((each) => each.peerId === peerId));
  const now = useNow(30_000);
  const { views: running, wider } = useRunning(peerId, peer?.linked === true, now);
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
  // A machine without a link lists nothing, and one with an earlier version not those that were left here.
  const known = open.filter(
    (each) =>
      each.peerId === peerId &&
      each.isEnded !== true &&
      (!peer.linked || (wider?.scope === 'open' && each.isLeft)) &&
      running.every(({ terminal }) => terminal !== each.terminal),
  );
  return (
    <div className={styles['page']}>
      <div className={styles['top']}>
        <h2 className={styles['title']}>{label}</h2>
        <Button icon={<Plus />} onClick={() => requestTerminal(peerId)}>
          {text('terminals.new.menu')}
        </Button>
      </div>
      {running.length === 0 && known.length === 0 && (wider === undefined || wider.state === 'answered') && (
        <p className={styles['none']}>{text('terminals.machine.none')}</p>
      )}
      {running.length + known.length > 0 && (
        <RowList label={label}>
          {running.map((view) => {
            const title = titles.get(view.terminal) ?? '';
            const show = (): void => requestTerminal(peerId, { terminal: view.terminal, title: view.title });
            return (
              <Row
                key={view.terminal}
                lead={<StatusDot state={view.attached ? 'online' : 'offline'} label={text(stateOf(view))} />}
                title={<bdi>{title}</bdi>}
                detail={detailOf(view, title, open.find(({ terminal }) => terminal === view.terminal)?.folder)}
                note={formatAgo(view.startedAt, now)}
                tail={view.attached ? undefined : <ReopenButton title={title} onReopen={show} />}
                onOpen={show}
              />
            );
          })}
          {known.map((each) => {
            const state = each.isLeft
              ? text('terminals.machine.left')
              : text('machines.open.waits', { name: quoteUntrusted(peer.name) });
            return (
              <Row
                key={`known ${each.id}`}
                lead={<StatusDot state="offline" label={state} />}
                title={<bdi>{each.title}</bdi>}
                detail={state}
                tail={each.isLeft ? <ReopenButton title={each.title} onReopen={each.show} /> : undefined}
                onOpen={each.show}
              />
            );
          })}
        </RowList>
      )}
      {wider !== undefined && (
        <div className={styles['wider']}>
          {wider.error !== undefined && <ErrorNotice error={wider.error} />}
          <p>
            {wider.state === 'answered'
              ? text(wider.hasOthers ? 'terminals.machine.as-of' : 'terminals.machine.as-of.none', {
                  time: formatAgo(wider.at, now),
                })
              : text(wider.state === 'waiting' ? 'terminals.approval' : WIDER[wider.scope], { peer: name })}
          </p>
          <Button size="small" busy={wider.state === 'waiting'} onClick={wider.ask}>
            {text(wider.state === 'answered' ? 'terminals.machine.ask-again' : 'terminals.machine.ask')}
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

/**
 * Program in the terminal unless its title says it, and the device that holds or opened it; without another device, its folder as this window knows it,
 * or whether it is open.
 */
function detailOf(view: TerminalView, title: string, folder = ''): string {
  const device = view.heldBy ?? view.openedBy;
  const program = tidyTitle(view.program ?? '');
  return [
    program === '' || title.includes(program) ? '' : quoteUntrusted(program),
    device === null
      ? view.attached && folder !== ''
        ? quoteUntrusted(folder)
        : text(stateOf(view))
      : text('terminals.machine.device', { device: quoteUntrusted(device) }),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Longest time for which a list that a person has approved is shown, ms: nothing confirms its entries later. */
const APPROVED_FOR = 600_000;

/** Tells what is listed while the permission is undecided. */
const WIDER = { own: 'terminals.machine.own', open: 'terminals.machine.undecided' } as const;

/** Request for the terminals that a machine lists only after asking its user: those of other machines. */
type Wider = Readonly<{ scope: 'own' | 'open'; error: unknown; ask(): void }> &
  Readonly<{ state: 'unasked' | 'waiting' } | { state: 'answered'; at: number; hasOthers: boolean }>;

/** Terminals of a machine; `wider` is present while the permission is undecided there. */
type Running = Readonly<{ views: readonly TerminalView[]; wider: Wider | undefined }>;

/**
 * Lists the terminals of a linked machine, every few seconds while the component is shown. That asks no person there: while the permission is
 * undecided, only this machine's are listed. An approved list of all is remembered in the window for ten minutes, while the machine is linked.
 */
function useRunning(peerId: string, isLinked: boolean, now: number): Running {
  const api = useApi();
  const [{ views, scope }, setListed] = useState<UnaskedList>(NONE);
  const approved = useApp(({ approvedLists }) => approvedLists[peerId]);
  const request = useCall('terminal.list');
  useEffect(() => {
    if (!isLinked) {
      rememberApprovedList(peerId, undefined);
      return;
    }
    const stopped = new AbortController();
    const { signal } = stopped;
    const list = async (): Promise<void> => {
      const listed = await listUnasked(api, peerId, signal).catch((error: unknown) =>
        errorCode(error) === 'rights.denied' ? NONE : undefined,
      );
      if (signal.aborted || listed === undefined) return;
      setListed(listed);
      if (listed.scope === 'all') rememberApprovedList(peerId, undefined);
      // A list of the open ones alone doesn't tell what has ended: terminals that were left are kept.
      if (listed.scope !== 'open')
        useApp.setState(({ terminalLists }) => ({ terminalLists: { ...terminalLists, [peerId]: listed.views } }));
    };
    void list();
    const timer = setInterval(() => void list(), INTERVAL);
    return () => {
      clearInterval(timer);
      stopped.abort();
    };
  }, [api, peerId, isLinked]);
  if (!isLinked) return { views: NONE.views, wider: undefined };
  if (scope === 'all') return { views, wider: undefined };
  const ask = (): void =>
    void request.run({ peer: peerId }).then((listed) => {
      if (listed !== undefined) rememberApprovedList(peerId, listed);
    });
  const current = approved !== undefined && now - approved.at < APPROVED_FOR ? approved : undefined;
  // What this machine has there is listed above, as it is now.
  const others = (current?.views ?? []).filter(
    ({ terminal, heldBy }) =>
      (scope === 'open' || heldBy !== null) && views.every((each) => each.terminal !== terminal),
  );
  const common = { scope, error: request.error, ask };
  const wider: Wider = request.busy
    ? { ...common, state: 'waiting' }
    : current === undefined
      ? { ...common, state: 'unasked' }
      : { ...common, state: 'answered', at: current.at, hasOthers: others.length > 0 };
  return { views: [...views, ...others], wider };
}

const NONE: UnaskedList = { views: [], scope: 'all' };
