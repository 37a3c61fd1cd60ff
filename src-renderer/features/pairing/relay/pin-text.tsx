import type { ReactElement } from 'react';
import { pinLines } from '#shared/relay-dialer/index.ts';
import { Mono } from '../../../ui/index.ts';
import styles from '../pairing.module.css';

/** Groups on a line, which a narrow window has room for. */
const GROUPS_PER_LINE = 4;

/** Shows a relay's pin in lines of short groups that people can compare. Used by the relay's forms and beside the code of an invitation. */
export function PinText({ pin }: Readonly<{ pin: string }>): ReactElement {
  return (
    <div className={styles['pin-groups']} data-pin={pin}>
      <Mono>{pinLines(pin, GROUPS_PER_LINE).join('\n')}</Mono>
    </div>
  );
}
