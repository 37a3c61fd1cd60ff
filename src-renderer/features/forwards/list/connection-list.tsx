import { X } from 'lucide-react';
import type { ReactElement } from 'react';
import type { ForwardConnectionView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import {
  ErrorNotice,
  IconButton,
  Mono,
  UntrustedText,
  quoteUntrusted,
  useNow,
  formatBytes,
} from '../../../ui/index.ts';
import styles from './connection-list.module.css';
import { formatAge } from './quantities.ts';

/** Most connections shown; a line counts the others. */
const MOST_SHOWN = 100;

export type ConnectionListProps = Readonly<{
  /** Label for screen readers. */
  label: string;
  connections: readonly ForwardConnectionView[];
  /** Shows the peer of each connection. */
  withPeer?: boolean;
}>;

/**
 * Lists open connections with target, source, traffic and age: those of one forward, or those of peers through this machine. A button makes the agent
 * close the connection.
 */
export function ConnectionList({ label, connections, withPeer = false }: ConnectionListProps): ReactElement {
  const now = useNow(1000);
  const disconnect = useCall('forwards.disconnect');
  const rest = connections.length - MOST_SHOWN;
  return (
    <>
      <ul className={styles['list']} aria-label={label}>
        {connections.slice(0, MOST_SHOWN).map((connection) => (
          <li key={connection.id} className={styles['row']}>
            <span className={styles['target']}>
              {withPeer && connection.peerName !== null && (
                <>
                  <strong>
                    <UntrustedText>{connection.peerName}</UntrustedText>
                  </strong>{' '}
                </>
              )}
              <Mono>
                <UntrustedText>{connection.target}</UntrustedText>
              </Mono>
            </span>
            <span className={styles['source']}>
              {connection.source !== null &&
                text('forwards.connection.from', { source: quoteUntrusted(connection.source) })}
            </span>
            <span className={styles['bytes']}>
              <span aria-hidden="true">
                ↓ {formatBytes(connection.bytesIn)} ↑ {formatBytes(connection.bytesOut)}
              </span>
              <span className="visually-hidden">
                {text('forwards.total', {
                  bytesIn: formatBytes(connection.bytesIn),
                  bytesOut: formatBytes(connection.bytesOut),
                })}
              </span>
            </span>
            <span className={styles['age']}>{formatAge(now - connection.startedAt)}</span>
            <IconButton
              size="small"
              label={text('forwards.connection.disconnect.of', { target: quoteUntrusted(connection.target) })}
              icon={<X aria-hidden="true" />}
              onClick={() => void disconnect.run({ connection: connection.id })}
            />
          </li>
        ))}
      </ul>
      {rest > 0 && <p className={styles['note']}>{text('forwards.connection.more', { count: rest })}</p>}
      {disconnect.error !== undefined && <ErrorNotice error={disconnect.error} onDismiss={disconnect.reset} />}
    </>
  );
}
