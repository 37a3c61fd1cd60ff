import { Plus } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import type { TerminalView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { requestTerminal, useApi, useApp } from '../../../store/index.ts';
import { Button, formatAgo, quoteUntrusted, Row, RowList, StatusDot, useNow } from '../../../ui/index.ts';
import { tidyTitle } from '../tabs/title.ts';
import styles from './machine-terminals.module.css';
import { TerminalProfile } from './terminal-profile.tsx';

/** Interval of asking a linked machine for its terminals, ms. */
const INTERVAL = 5000;

/**
 * Terminals of one machine, for its page: those that run there, which open in a tab when pressed, a button for a new one, and the look and start of
 * new ones. Asks the machine only while a link exists.
 */
export function MachineTerminals({ peerId }: Readonly<{ peerId: string }>): ReactElement | null {
  const peer = useApp(({ peers }) => peers.find((each) => each.peerId === peerId));
  const running = useRunning(peerId, peer?.linked === true);
  const now = useNow(30_000);
  if (peer === undefined) return null;
  const label = text('terminals.machine.title', { peer: quoteUntrusted(peer.name) });
  return (
    <div className={styles['page']}>
      <div className={styles['top']}>
        <h2 className={styles['title']}>{label}</h2>
        <Button icon={<Plus />} onClick={() => requestTerminal(peerId)}>
          {text('terminals.new.menu')}
        </Button>
      </div>
      {running.length === 0 ? (
        <p className={styles['none']}>{text('terminals.machine.none')}</p>
      ) : (
        <RowList label={label}>
          {running.map((view) => (
            <Row
              key={view.terminal}
              lead={<StatusDot state={view.attached ? 'online' : 'offline'} label={text(stateOf(view))} />}
              title={<bdi>{tidyTitle(view.program ?? view.title) || view.terminal.slice(0, 8)}</bdi>}
              detail={detailOf(view)}
              note={formatAgo(view.startedAt, now)}
              onOpen={() => requestTerminal(peerId, { terminal: view.terminal, title: view.title })}
            />
          ))}
        </RowList>
      )}
      <h2 className={styles['title']}>{text('terminals.profile')}</h2>
      <TerminalProfile peerId={peerId} />
    </div>
  );
}

function stateOf({ attached }: TerminalView): 'terminals.machine.attached' | 'terminals.machine.left' {
  return attached ? 'terminals.machine.attached' : 'terminals.machine.left';
}

/** Device that holds or opened the terminal, if it is another one; otherwise whether it is open. */
function detailOf(view: TerminalView): string {
  const device = view.heldBy ?? view.openedBy;
  return device === null ? text(stateOf(view)) : text('terminals.machine.device', { device: quoteUntrusted(device) });
}

/** Lists the terminals of a linked machine, every few seconds while the component is shown. */
function useRunning(peerId: string, isLinked: boolean): readonly TerminalView[] {
  const api = useApi();
  const [running, setRunning] = useState<readonly TerminalView[]>([]);
  useEffect(() => {
    if (!isLinked) return;
    const stopped = new AbortController();
    const ask = (): void => {
      api.call('terminal.list', { peer: peerId }, { signal: stopped.signal }).then(
        (views) => {
          setRunning(views);
          useApp.setState(({ terminalLists }) => ({ terminalLists: { ...terminalLists, [peerId]: views } }));
        },
        () => undefined,
      );
    };
    ask();
    const timer = setInterval(ask, INTERVAL);
    return () => {
      clearInterval(timer);
      stopped.abort();
    };
  }, [api, peerId, isLinked]);
  return isLinked ? running : NONE;
}

const NONE: readonly TerminalView[] = [];
