import { Eye, Keyboard } from 'lucide-react';
import type { ReactElement } from 'react';
import type { TerminalViewer } from '#shared/app-api/index.ts';
import { formatNumber, text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { classes, ErrorNotice, Popover, quoteUntrusted, showHidden, useNow } from '../../../ui/index.ts';
import { ViewerActions } from '../../peers/index.ts';
import { GuestRow } from './guest-row.tsx';
import { audienceText, isTyping, type Attendee, type InvitedGuest } from './guests.ts';
import sharing from './sharing.module.css';
import styles from './viewers.module.css';

type ViewersProps = Readonly<{
  /** Machines that may watch. */
  peers: readonly TerminalViewer[];
  /** Guests of share links who were let in. */
  guests: readonly InvitedGuest[];
  /** Terminal and the peer that runs it; undefined for one that can't be shared with machines. */
  target: Readonly<{ peer: string; terminal: string }> | undefined;
}>;

/**
 * Names who watches a terminal or can type into it, and the guest who types now. A press lists them, with buttons that send them away. Nothing while it isn't
 * shared. Part of the strip.
 */
export function Viewers({ peers, guests, target }: ViewersProps): ReactElement | null {
  if (peers.length + guests.length === 0) return null;
  const names = [...peers, ...guests].map(({ name }) => name);
  const watching: readonly Attendee[] = [
    ...peers.filter((peer) => peer.watching).map(({ name }) => ({ name, isGuest: false, types: false })),
    ...guests
      .filter(({ state }) => state === 'in')
      .map(({ name, role }) => ({ name, isGuest: true, types: role === 'type' })),
  ];
  const typists = watching.filter(({ types }) => types).length;
  return (
    <>
      <Typing guests={guests} />
      <span role="status" className={styles['viewers']} title={names.join(', ')}>
        <Popover
          side="top"
          label={text('sharing.viewers')}
          trigger={
            <button type="button" className={classes(styles['open'], typists > 0 && styles['types'])}>
              {typists > 0 ? <Keyboard aria-hidden="true" /> : <Eye aria-hidden="true" />}
              <span className={styles['watching']}>{audienceText(watching)}</span>
              {watching.length > 0 && (
                <span className={styles['watchers']} aria-hidden="true">
                  {typists > 0 ? text('sharing.chip.short', { count: typists }) : formatNumber(watching.length)}
                </span>
              )}
            </button>
          }
        >
          <ViewerList peers={peers} guests={guests} target={target} />
        </Popover>
      </span>
    </>
  );
}

function ViewerList({ peers, guests, target }: ViewersProps): ReactElement {
  const now = useNow(1000);
  const stop = useCall('terminal.unshare', { outlives: true });
  return (
    <div className={styles['list']}>
      {guests.map((guest) => (
        <GuestRow key={guest.id} guest={guest} now={now} />
      ))}
      {peers.map(({ peerId, name, watching }) => (
        <div key={peerId} className={sharing['viewer']}>
          <bdi className={sharing['name']}>{showHidden(name)}</bdi>
          {target !== undefined && (
            <ViewerActions name={name} watching={watching} onStop={() => void stop.run({ ...target, with: peerId })} />
          )}
        </div>
      ))}
      {stop.error !== undefined && <ErrorNotice error={stop.error} onDismiss={stop.reset} />}
    </div>
  );
}

/** Marks what appears on the screen with the guest who types it. Always in the page, so that screen readers say it. */
function Typing({ guests }: Pick<ViewersProps, 'guests'>): ReactElement {
  const now = useNow(500);
  const names = guests.filter((guest) => isTyping(guest, now)).map(({ name }) => quoteUntrusted(name));
  return (
    <span role="status" className={styles['typing']}>
      {names.length > 0 && (
        <>
          <Keyboard aria-hidden="true" />
          <span className={styles['words']}>{text('sharing.guest.types', { names: names.join(', ') })}</span>
        </>
      )}
    </span>
  );
}
