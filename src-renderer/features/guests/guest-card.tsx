import { useLayoutEffect, useRef, type ReactElement } from 'react';
import type { GuestView, ShareLinkView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { useApp, useCall } from '../../store/index.ts';
import {
  Button,
  classes,
  ErrorNotice,
  PairingWordChips,
  quoteUntrusted,
  useArrivalGuard,
  useGuardedRow,
  type ArrivalGuard,
} from '../../ui/index.ts';
import { answerGuest } from './answer-guest.ts';
import styles from './guests.module.css';
import { useTerminalOfDialog } from './terminal-of-dialog.ts';

export type GuestCardProps = Readonly<{
  guest: GuestView;
  role: ShareLinkView['role'];
  /** Guard of the list of cards (`useGuestGuard`). */
  guard: ArrivalGuard;
  /** Title of the terminal, where the card stands alone. */
  title?: string;
  /** Machine that runs the terminal, where that is all that is known of it. */
  machine?: string | undefined;
}>;

/** Card of a guest that waits: its name and four words, and the answer. */
export function GuestCard({ guest, role, guard, title, machine }: GuestCardProps): ReactElement {
  const answer = useCall('shareLink.answer', { outlives: true });
  const card = useRef<HTMLElement>(null);
  const { readiness, holdKeys } = useGuardedRow(card, guard, guest.id, answer.error !== undefined);
  const send = (letIn: boolean): void =>
    answerGuest(guard, guest.id, () => void answer.run({ guest: guest.id, letIn }));
  const name = quoteUntrusted(guest.name);
  const head =
    machine !== undefined
      ? text(role === 'type' ? 'sharing.guest.on.type' : 'sharing.guest.on', { name, machine: quoteUntrusted(machine) })
      : title === undefined || title === ''
        ? text(role === 'type' ? 'sharing.guest.type' : 'sharing.guest', { name })
        : text(role === 'type' ? 'sharing.guest.at.type' : 'sharing.guest.at', { name, title: quoteUntrusted(title) });
  return (
    <section ref={card} className={styles['card']} role="alert">
      <p className={styles['head']}>{head}</p>
      <p className={styles['note']}>{text('sharing.guest.words')}</p>
      <PairingWordChips words={guest.words} />
      {answer.error !== undefined && <ErrorNotice error={answer.error} onDismiss={() => answer.reset()} />}
      <div
        className={classes(styles['answers'], readiness !== 'ready' && styles['guarded'])}
        data-readiness={readiness}
        inert={readiness === 'fresh'}
        onKeyDownCapture={holdKeys}
      >
        <Button variant="primary" size="small" busy={answer.busy} onClick={() => send(true)}>
          {text('sharing.guest.let-in')}
        </Button>
        <Button size="small" disabled={answer.busy} onClick={() => send(false)}>
          {text('sharing.guest.decline')}
        </Button>
      </div>
    </section>
  );
}

/** Creates the guard of the cards of guests that wait. Any change of what stands beside them may move them, and starts their period again. */
export function useGuestGuard(links: readonly ShareLinkView[]): ArrivalGuard {
  const guests = links.flatMap((link) => link.guests);
  const guard = useArrivalGuard(guests.filter(({ state }) => state === 'waiting').map(({ id }) => id));
  const layout = [...links, ...guests].map((one) => `${one.id} ${'state' in one ? one.state : ''}`).join();
  useLayoutEffect(() => {
    if (layout !== '') guard.shown();
  }, [guard, layout]);
  return guard;
}

/** Cards of all guests that wait, on whatever page the person is. A guest whose card a dialog shows has none beside it. */
export function GuestCards(): ReactElement | null {
  const links = useApp((state) => state.shareLinks);
  const peers = useApp((state) => state.peers);
  const shown = useTerminalOfDialog();
  // A shell on another machine has that machine's name for a title.
  const machineOf = ({ peerId, title }: ShareLinkView): string | undefined =>
    peers.find((peer) => peer.peerId === peerId && peer.name === title)?.name;
  const waiting = links
    .filter(({ terminal }) => terminal !== shown)
    .flatMap((link) => link.guests.filter(({ state }) => state === 'waiting').map((guest) => ({ link, guest })));
  const guard = useGuestGuard(links);
  if (waiting.length === 0) return null;
  return (
    <aside className={styles['cards']} aria-label={text('sharing.guests')}>
      {waiting.map(({ link, guest }) => (
        <GuestCard
          key={guest.id}
          guest={guest}
          role={link.role}
          guard={guard}
          title={link.title}
          machine={machineOf(link)}
        />
      ))}
    </aside>
  );
}
