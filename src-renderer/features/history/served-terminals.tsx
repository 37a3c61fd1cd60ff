import { useCallback, useEffect, useState, type ReactElement } from 'react';
import type { ServedTerminalView } from '#shared/app-api/index.ts';
import { text } from '../../locale/index.ts';
import { useApi, useCall } from '../../store/index.ts';
import { ErrorNotice, RowList, quoteUntrusted, showHidden } from '../../ui/index.ts';
import { BrowserChip, ViewerActions } from '../peers/index.ts';
import { RelayReadsChip, quotePlainRelay } from '../plain-relays/index.ts';
import styles from './history-page.module.css';

/**
 * Lists the terminals of this machine that are shared now (`terminal.served`): who holds each, who watches or may watch, and a button that ends the
 * sharing (`terminal.unshare`). Renders nothing without any.
 * @param props.peerId lists only those that this peer holds or may watch; undefined for all
 */
export function ServedTerminals({ peerId }: Readonly<{ peerId: string | undefined }>): ReactElement | null {
  const api = useApi();
  const { run } = useCall('terminal.served');
  const stop = useCall('terminal.unshare');
  const [served, setServed] = useState<readonly ServedTerminalView[]>([]);
  const load = useCallback((): void => {
    void run({}).then((answer) => setServed(answer ?? []));
  }, [run]);
  useEffect(() => {
    load();
    return api.on('history.changed', load);
  }, [api, load]);
  const shared = served.filter(
    (terminal) =>
      terminal.viewers.length > 0 &&
      (peerId === undefined ||
        terminal.peerId === peerId ||
        terminal.viewers.some((viewer) => viewer.peerId === peerId)),
  );
  if (shared.length === 0) return null;
  const end = async (terminal: string, viewer: string): Promise<void> => {
    await stop.run({ peer: null, terminal, with: viewer });
    load();
  };
  return (
    <section className={styles['served']} aria-label={text('history.served')}>
      <h2 className={styles['heading']}>{text('history.served')}</h2>
      <RowList label={text('history.served')}>
        {shared.flatMap(({ terminal, title, peerName, relayReads, browser, viewers }) =>
          viewers.map((viewer) => (
            <li key={`${terminal} ${viewer.peerId}`} className={styles['row']}>
              <div className={styles['words']}>
                <span className={styles['title']}>
                  {text('history.served.row', {
                    holder: relayReads === true ? quotePlainRelay({ name: peerName }) : quoteUntrusted(peerName),
                    name: quoteUntrusted(viewer.name),
                  })}
                </span>
                <span className={styles['detail']}>
                  <bdi>{showHidden(title)}</bdi>
                </span>
              </div>
              {relayReads === true && <RelayReadsChip />}
              {browser === true && <BrowserChip />}
              <ViewerActions
                name={viewer.name}
                watching={viewer.watching}
                onStop={() => void end(terminal, viewer.peerId)}
              />
            </li>
          )),
        )}
      </RowList>
      {stop.error !== undefined && <ErrorNotice error={stop.error} onDismiss={stop.reset} />}
    </section>
  );
}
