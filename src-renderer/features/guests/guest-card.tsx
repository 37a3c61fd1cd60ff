import type { ReactElement } from 'react';
import type { GuestView, ShareLinkView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { useApp, useCall } from '../../store/index.ts';
import { Button, ErrorNotice, PairingWordChips, quoteUntrusted } from '../../ui/index.ts';
import styles from './guests.module.css';

export type GuestCardProps = Readonly<{
  guest: GuestView;
  role: ShareLinkView['role'];
  /** Title of the terminal, where the card stands alone. */
  title?: string;
}>;

/** Card of a guest that waits: its name and four words, and the answer. */
export function GuestCard({ guest, role, title }: GuestCardProps): ReactElement {
  const answer = useCall('shareLink.answer');
  const name = quoteUntrusted(guest.name);
  const head =
    title === undefined || title === ''
      ? text(role === 'type' ? 'sharing.guest.type' : 'sharing.guest', { name })
      : text(role === 'type' ? 'sharing.guest.at.type' : 'sharing.guest.at', { name, title: quoteUntrusted(title) });
  return (
    <section className={styles['card']} role="alert">
      <p className={styles['head']}>{head}</p>
      <p className={styles['note']}>{text('sharing.guest.words')}</p>
      <PairingWordChips words={guest.words} />
      {answer.error !== undefined && <ErrorNotice error={answer.error} onDismiss={() => answer.reset()} />}
      <div className={styles['answers']}>
        <Button
          variant="primary"
          size="small"
          busy={answer.busy}
          onClick={() => void answer.run({ guest: guest.id, letIn: true })}
        >
          {text('sharing.guest.let-in')}
        </Button>
        <Button size="small" disabled={answer.busy} onClick={() => void answer.run({ guest: guest.id, letIn: false })}>
          {text('sharing.guest.decline')}
        </Button>
      </div>
    </section>
  );
}

/** Cards of all guests that wait, on whatever page the person is. */
export function GuestCards(): ReactElement | null {
  const links = useApp((state) => state.shareLinks);
  const waiting = links.flatMap((link) =>
    link.guests.filter(({ state }) => state === 'waiting').map((guest) => ({ link, guest })),
  );
  if (waiting.length === 0) return null;
  return (
    <aside className={styles['cards']} aria-label={text('sharing.guests')}>
      {waiting.map(({ link, guest }) => (
        <GuestCard key={guest.id} guest={guest} role={link.role} title={link.title} />
      ))}
    </aside>
  );
}
