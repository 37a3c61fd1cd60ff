import type { ReactElement } from 'react';
import { Mono } from '../../../ui/index.ts';
import styles from '../pairing.module.css';
import { groupPin } from './relay-url.ts';

/** A pin in groups, for comparing. */
export function PinText({ pin }: Readonly<{ pin: string }>): ReactElement {
  return (
    <div className={styles['pin-groups']} data-pin={pin}>
      <Mono>{groupPin(pin).join('\n')}</Mono>
    </div>
  );
}
