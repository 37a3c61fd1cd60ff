import type { ReactElement } from 'react';
import type { AddRequestView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { countWaiting, openPairing, useApp, useCall } from '../../store/index.ts';
import { Button, Countdown, ErrorNotice, UntrustedText } from '../../ui/index.ts';
import styles from './add-requests.module.css';

/** Cards of the browsers that ask to be added. A card grants nothing: it leads to the comparison of words, or is dismissed. */
export function AddRequests(): ReactElement | null {
  const requests = useApp((state) => state.addRequests);
  // One button of a screen is filled; beside other requests, that is the open one's.
  const isAlone = useApp((state) => countWaiting(state) === 1);
  if (requests.length === 0) return null;
  return (
    <section aria-label={text('add-requests.title')}>
      <ul className={styles['cards']}>
        {requests.map((request) => (
          <AddRequestCard key={request.peerId} request={request} isAlone={isAlone} />
        ))}
      </ul>
    </section>
  );
}

function AddRequestCard({ request, isAlone }: Readonly<{ request: AddRequestView; isAlone: boolean }>): ReactElement {
  const { peerId, shortId, name, system, account, expiresAt } = request;
  const dismiss = useCall('adding.dismiss');
  const [before = '', after = ''] = text('add-requests.head', { account: '\u0000' }).split('\u0000');
  return (
    <li className={styles['card']} data-add-request={peerId}>
      <header className={styles['header']}>
        <h3 className={styles['head']}>
          {before}
          <UntrustedText>{account}</UntrustedText>
          {after}
        </h3>
        <Countdown until={expiresAt} />
      </header>
      <p className={styles['facts']}>
        <UntrustedText>{name}</UntrustedText>
        {system !== 'other' && <span>{text(`peers.system.${system}`)}</span>}
        <span>{text('peers.short-id', { id: shortId })}</span>
      </p>
      <p className={styles['note']}>{text('add-requests.note')}</p>
      {dismiss.error !== undefined && <ErrorNotice error={dismiss.error} onDismiss={() => dismiss.reset()} />}
      <div className={styles['answers']}>
        <Button variant={isAlone ? 'primary' : 'secondary'} onClick={() => openPairing('add', peerId)}>
          {text('add-requests.compare')}
        </Button>
        <Button busy={dismiss.busy} onClick={() => void dismiss.run({ peerId })}>
          {text('add-requests.dismiss')}
        </Button>
      </div>
    </li>
  );
}
