import { ArrowLeftRight, Database, Globe, ShieldCheck } from 'lucide-react';
import type { ReactElement } from 'react';
import type { PeerView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { openPairing, useApp } from '../../../store/index.ts';
import { Button, EmptyState, quoteUntrusted } from '../../../ui/index.ts';
import { newDraft, type Draft } from '../form/draft.ts';
import styles from './forwards-empty.module.css';

const EXAMPLES = ['browse', 'database', 'wireguard'] as const;
type Example = (typeof EXAMPLES)[number];
const ICONS = { browse: Globe, database: Database, wireguard: ShieldCheck } as const;

/**
 * Content of the page Forwards while there is no forward: explains forwards, and offers three examples, a new forward and the import. Without a
 * paired machine it offers pairing instead. Saves nothing itself.
 * @param props.onChoose opens the form, filled from an example; empty if undefined
 */
export function ForwardsEmpty({
  onChoose,
  onImport,
}: Readonly<{ onChoose(draft: Draft | undefined): void; onImport(): void }>): ReactElement {
  const peers = useApp((state) => state.peers);
  const peer = peers.find(({ online }) => online) ?? peers[0];
  if (peer === undefined) {
    return (
      <EmptyState
        icon={<ArrowLeftRight />}
        title={text('forwards.empty.title')}
        action={
          <Button variant="primary" onClick={() => openPairing('choose')}>
            {text('forwards.empty.pair')}
          </Button>
        }
      >
        <p>{text('forwards.empty.text')}</p>
        <p>{text('forwards.empty.no-peer')}</p>
      </EmptyState>
    );
  }
  const name = quoteUntrusted(peer.name);
  return (
    <div className={styles['empty']}>
      <h2 className={styles['title']}>{text('forwards.empty.title')}</h2>
      <p className={styles['text']}>{text('forwards.empty.text')}</p>
      <h3 className={styles['examples-title']}>{text('forwards.empty.examples')}</h3>
      <ul className={styles['examples']}>
        {EXAMPLES.map((example) => {
          const Icon = ICONS[example];
          const title = text(`forwards.example.${example}`, { peer: name });
          return (
            <li key={example} className={styles['example']}>
              <Icon aria-hidden="true" />
              <h4 className={styles['example-title']}>{title}</h4>
              <p>{text(`forwards.example.${example}.text`, { peer: name })}</p>
              <Button
                aria-label={text('forwards.empty.set-up.named', { example: title })}
                onClick={() => onChoose(exampleDraft(example, peer, title))}
              >
                {text('forwards.empty.set-up')}
              </Button>
            </li>
          );
        })}
      </ul>
      <div className={styles['others']}>
        <Button onClick={() => onChoose(undefined)}>{text('forwards.empty.other')}</Button>
        <Button variant="quiet" onClick={onImport}>
          {text('forwards.import')}
        </Button>
      </div>
    </div>
  );
}

/** Returns the contents of the form for an example. */
function exampleDraft(example: Example, { peerId }: PeerView, name: string): Draft {
  switch (example) {
    case 'browse':
      return newDraft('socks5', peerId, name);
    case 'database':
      return { ...newDraft('port-here', peerId, name), targetPort: '5432', listenPort: '5432' };
    case 'wireguard':
      return { ...newDraft('wg-proxy', peerId, name), targetHost: 'localhost' };
  }
}
