import { Eye, Keyboard } from 'lucide-react';
import type { ReactElement } from 'react';
import type { GuestView, TerminalViewer } from '#shared/app-api/index.ts';
import { formatNumber, text } from '../../../locale/index.ts';
import { quoteUntrusted, useNow } from '../../../ui/index.ts';
import { isTyping } from './guests.ts';
import styles from './viewers.module.css';

type ViewersProps = Readonly<{
  /** Machines that may watch. */
  peers: readonly TerminalViewer[];
  /** Guests of share links who were let in. */
  guests: readonly GuestView[];
}>;

/** Names who watches a terminal, and the guest who types into it. Nothing while it isn't shared. Part of the strip. */
export function Viewers({ peers, guests }: ViewersProps): ReactElement | null {
  if (peers.length + guests.length === 0) return null;
  const names = [...peers, ...guests].map(({ name }) => name);
  const watching = [...peers.filter((peer) => peer.watching), ...guests.filter(({ state }) => state === 'in')].map(
    ({ name }) => name,
  );
  return (
    <>
      <Typing guests={guests} />
      <span role="status" className={styles['viewers']} title={names.join(', ')}>
        <Eye aria-hidden="true" />
        <span className={styles['watching']}>{watchText(watching)}</span>
        {watching.length > 0 && (
          <span className={styles['watchers']} aria-hidden="true">
            {formatNumber(watching.length)}
          </span>
        )}
      </span>
    </>
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

function watchText(watching: readonly string[]): string {
  const [one] = watching;
  if (one === undefined) return text('sharing.chip.offered');
  return watching.length === 1
    ? text('terminals.strip.watches', { name: quoteUntrusted(one) })
    : text('sharing.chip', { count: watching.length });
}
