import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Chip } from '../../ui/index.ts';

/** Mark of a plain relay. Shown beside its name wherever the window shows one. */
export function RelayReadsChip(): ReactElement {
  return (
    <Chip tone="warning" title={text('plain-relays.relay-reads.text')}>
      {text('plain-relays.relay-reads')}
    </Chip>
  );
}
