import type { ReactElement } from 'react';
import type { GuestView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { Button, Chip, ErrorNotice, quoteUntrusted, showHidden } from '../../../ui/index.ts';
import { isTyping } from './guests.ts';
import styles from './sharing.module.css';

/** Guest who was let in: whether they are there and type, and the button that sends them away. */
export function GuestRow({ guest, now }: Readonly<{ guest: GuestView; now: number }>): ReactElement {
  const remove = useCall('shareLink.remove', { outlives: true });
  return (
    <>
      <div className={styles['viewer']}>
        <bdi className={styles['name']}>{showHidden(guest.name)}</bdi>
        {isTyping(guest, now) && <Chip tone="warning">{text('sharing.guest.typing')}</Chip>}
        <Chip tone={guest.state === 'in' ? 'info' : 'neutral'}>
          {text(guest.state === 'in' ? 'sharing.guest.in' : 'sharing.guest.away')}
        </Chip>
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
