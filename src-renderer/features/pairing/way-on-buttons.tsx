import { type ReactElement } from 'react';
import { text } from '../../i18n/index.ts';
import { Button, ErrorNotice } from '../../ui/index.ts';
import { waysOn, type WayOn } from './ways-on.ts';
import styles from './pairing.module.css';

export type PairingErrorProps = Readonly<{
  error: unknown;
  side: 'invite' | 'join';
  /** Label of `again`, where it makes something new. */
  again?: string;
  onWay(way: WayOn): void;
}>;

/** What went wrong in a pairing, with each sensible next step as a button. */
export function PairingErrorNotice({ error, side, again, onWay }: PairingErrorProps): ReactElement {
  return (
    <ErrorNotice
      error={error}
      action={
        <div className={styles['ways']}>
          {waysOn(error, side).map((way, index) => (
            <Button key={way} variant={index === 0 ? 'primary' : 'secondary'} onClick={() => onWay(way)}>
              {way === 'again' && again !== undefined ? again : text(`pairing.way.${way}`)}
            </Button>
          ))}
        </div>
      }
    />
  );
}
