import { Monitor } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { openPairing } from '../../../store/index.ts';
import { Button, EmptyState } from '../../../ui/index.ts';

/** Content of the machines page while there is no machine: explains pairing, with buttons that open its dialog to invite or to join. */
export function PeersEmpty(): ReactElement {
  return (
    <EmptyState
      icon={<Monitor />}
      title={text('peers.empty.title')}
      action={
        <>
          <Button variant="primary" size="large" onClick={() => openPairing('invite')}>
            {text('peers.empty.invite')}
          </Button>
          <Button size="large" onClick={() => openPairing('join')}>
            {text('peers.empty.join')}
          </Button>
        </>
      }
    >
      {text('peers.empty.text')}
    </EmptyState>
  );
}
