import { useId, type ReactElement } from 'react';
import type { ForwardConnectionView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { ConnectionList } from './connection-list.tsx';
import styles from '../forwards-page.module.css';

/** Lists the connections that peers have through this machine now; the person can close each. Shows nothing without any connection. */
export function IncomingConnections({
  connections,
}: Readonly<{ connections: readonly ForwardConnectionView[] | undefined }>): ReactElement | null {
  const id = useId();
  const incoming = connections?.filter(({ direction }) => direction === 'in') ?? [];
  if (incoming.length === 0) return null;
  return (
    <section className={styles['incoming']} aria-labelledby={id}>
      <h2 id={id} className={styles['heading']}>
        {text('forwards.incoming')}
      </h2>
      <p className={styles['note']}>{text('forwards.incoming.text')}</p>
      <ConnectionList label={text('forwards.incoming')} connections={incoming} withPeer />
    </section>
  );
}
