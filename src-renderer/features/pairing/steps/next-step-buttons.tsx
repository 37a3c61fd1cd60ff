import type { ReactElement } from 'react';
import { errorCode } from '#shared/errors.ts';
import { text } from '../../../locale/index.ts';
import { Button, ErrorNotice } from '../../../ui/index.ts';
import { useFocusWhenLost } from './use-focus.ts';
import { nextSteps, type NextStep } from './next-steps.ts';
import styles from '../pairing.module.css';

export type PairingErrorProps = Readonly<{
  error: unknown;
  side: 'invite' | 'join';
  /** Label of `again`, where it makes something new. */
  again?: string;
  onWay(way: NextStep): void;
}>;

/** What went wrong in a pairing, with each sensible next step as a button. */
export function PairingErrorNotice({ error, side, again, onWay }: PairingErrorProps): ReactElement {
  const first = useFocusWhenLost<HTMLButtonElement>();
  return (
    <ErrorNotice
      error={error}
      action={
        <div className={styles['ways']}>
          {nextSteps(error, side).map((way, index) => (
            <Button
              key={way}
              ref={index === 0 ? first : undefined}
              variant={index === 0 ? 'primary' : 'secondary'}
              onClick={() => onWay(way)}
            >
              {way === 'again' && again !== undefined ? again : labelOf(way, error)}
            </Button>
          ))}
        </div>
      }
    />
  );
}

/** The relay is set up in one place, and each error asks for another part of it. */
function labelOf(way: NextStep, error: unknown): string {
  if (way !== 'relay') return text(`pairing.way.${way}`);
  switch (errorCode(error)) {
    case 'relay.untrusted':
      return text('pairing.way.relay.pin');
    case 'relay.admission-needed':
    case 'relay.admission':
    case 'relay.no-project':
      return text('pairing.way.relay.token');
    default:
      return text('pairing.way.relay');
  }
}
