import { ChevronDown, Power } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import type { CallOutput, PeerView } from '#shared/app-api/index.ts';
import { joinList, text } from '../../../locale/index.ts';
import { useApp, useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, Menu, quoteUntrusted, Spinner } from '../../../ui/index.ts';
import { MachineIcon } from '../../peers/index.ts';
import styles from './wake-up.module.css';

/** Time after which a machine that was woken should be online, ms. */
const PATIENCE = 120_000;

/** Event for which the person waits: an answer to the request at a machine, or that the machine wakes up. `isLate`: it hasn't in time. */
type Waiting =
  | Readonly<{ for: 'approval'; name: string }>
  | Readonly<{ for: 'machine'; sent: CallOutput<'wake.send'>['sent']; isLate: boolean }>;

/**
 * Row on the page of a machine that is offline and has named its network cards: wakes it, through this machine and the others that may, or through one
 * that the person chooses. Says who has sent the packet; that the machine is awake shows on its page.
 */
export function WakeUp({ machine }: Readonly<{ machine: PeerView }>): ReactElement {
  const { busy, error, run, cancel, reset } = useCall('wake.send');
  const [waiting, setWaiting] = useState<Waiting>();
  const peers = useApp((state) => state.peers);
  const name = quoteUntrusted(machine.name);
  const isSent = waiting?.for === 'machine' && !waiting.isLate;
  useEffect(() => {
    if (!isSent) return undefined;
    const timer = setTimeout(
      () => setWaiting((before) => (before?.for === 'machine' ? { ...before, isLate: true } : before)),
      PATIENCE,
    );
    return () => clearTimeout(timer);
  }, [isSent]);
  const wake = async (via?: string): Promise<void> => {
    setWaiting(undefined);
    const answer = await run(
      { peer: machine.peerId, ...(via === undefined ? {} : { via: [via] }) },
      { onProgress: (asked) => setWaiting({ for: 'approval', name: quoteUntrusted(asked.name) }) },
    );
    setWaiting(answer === undefined ? undefined : { for: 'machine', sent: answer.sent, isLate: false });
  };
  const others = peers.filter(
    ({ peerId, online, browser, suspendedSince }) =>
      peerId !== machine.peerId && online && browser === undefined && suspendedSince === undefined,
  );
  const isWaiting = busy || isSent;
  return (
    <section className={styles['row']} aria-label={text('machines.wake')} data-wake={isWaiting ? 'waiting' : 'ready'}>
      {error !== undefined && <ErrorNotice error={error} onDismiss={reset} />}
      <div className={styles['line']}>
        {isWaiting ? <Spinner label="" /> : <Power className={styles['icon']} aria-hidden="true" />}
        <p className={styles['words']} role="status">
          {stateText(waiting, { name, busy })}
        </p>
        {busy ? (
          <Button size="small" onClick={cancel}>
            {text('ui.cancel')}
          </Button>
        ) : (
          <span className={styles['actions']}>
            {others.length > 0 && (
              <Menu
                label={text('machines.wake.through')}
                trigger={
                  <Button size="small" variant="quiet" icon={<ChevronDown aria-hidden="true" />}>
                    {text('machines.wake.through')}
                  </Button>
                }
                items={() =>
                  others.map((other) => ({
                    label: quoteUntrusted(other.name),
                    icon: <MachineIcon of={other} />,
                    onSelect: () => void wake(other.peerId),
                  }))
                }
              />
            )}
            <Button size="small" onClick={() => void wake()}>
              {text(waiting?.for === 'machine' ? 'machines.wake.again' : 'machines.wake')}
            </Button>
          </span>
        )}
      </div>
    </section>
  );
}

/** Reports whether a machine can be woken: it is offline, has named its network cards, and still belongs to this machine's. Pure. */
export function canWake({ online, linked, cards, suspendedSince, forgottenAt }: PeerView): boolean {
  return !online && !linked && cards !== undefined && suspendedSince === undefined && forgottenAt === undefined;
}

function stateText(waiting: Waiting | undefined, { name, busy }: Readonly<{ name: string; busy: boolean }>): string {
  if (waiting?.for === 'approval') return text('machines.wake.asking', { name: waiting.name });
  if (busy) return text('machines.wake.sending');
  if (waiting === undefined) return text('machines.wake.about', { name });
  const by = joinList(
    waiting.sent.map((one) => (one.name === null ? text('machines.wake.self') : quoteUntrusted(one.name))),
  );
  return waiting.isLate ? text('machines.wake.late', { name, by }) : text('machines.wake.sent', { name, by });
}
