import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { Button, Chip, ErrorNotice, quoteUntrusted, showHidden } from '../../../ui/index.ts';
import { isTyping, type InvitedGuest } from './guests.ts';
import styles from './sharing.module.css';

/** Guest who was let in: whether they are there, can type and do, and the button that sends them away. */
export function GuestRow({ guest, now }: Readonly<{ guest: InvitedGuest; now: number }>): ReactElement {
  const remove = useCall('shareLink.remove', { outlives: true });
  return (
    <>
      <div className={styles['viewer']}>
        <bdi className={styles['name']}>{showHidden(guest.name)}</bdi>
        {isTyping(guest, now) && <Chip tone="warning">{text('sharing.guest.typing')}</Chip>}
        {guest.state === 'in' ? (
          <Chip tone={guest.role === 'type' ? 'warning' : 'info'}>{text(`sharing.guest.role.${guest.role}`)}</Chip>
        ) : (
          <Chip tone="neutral">{text('sharing.guest.away')}</Chip>
        )}
        <Button
          size="small"
          aria-label={text('sharing.guest.remove.who', { name: quoteUntrusted(guest.name) })}
          busy={remove.busy}
          onClick={() => void remove.run({ guest: guest.id })}
        >
          {text('sharing.guest.remove')}
        </Button>
      </div>
      {remove.error !== undefined && <ErrorNotice error={remove.error} onDismiss={() => remove.reset()} />}
    </>
  );
}
