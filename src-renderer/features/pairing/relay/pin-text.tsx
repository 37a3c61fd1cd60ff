import type { ReactElement } from 'react';
import { Mono } from '../../../ui/index.ts';
import styles from '../pairing.module.css';
import { groupPin } from './relay-url.ts';

/** Shows a relay's pin in lines of short groups that people can compare. Used by the relay's forms and beside the code of an invitation. */
export function PinText({ pin }: Readonly<{ pin: string }>): ReactElement {
  return (
    <div className={styles['pin-groups']} data-pin={pin}>
      <Mono>{groupPin(pin).join('\n')}</Mono>
    </div>
  );
}
