import type { ReactElement } from 'react';
import { errorCode } from '#shared/errors.ts';
import { text } from '../../../locale/index.ts';
import { Button, ErrorNotice } from '../../../ui/index.ts';
import { useFocusWhenLost } from './use-focus.ts';
import { nextSteps, type NextStep } from './next-steps.ts';
import styles from '../pairing.module.css';

export type PairingErrorNoticeProps = Readonly<{
  error: unknown;
  side: 'invite' | 'join';
  /** Label of `again`, where it makes something new. */
  again?: string;
  onNextStep(next: NextStep): void;
}>;

/** What went wrong in a pairing, with each sensible next step as a button. */
export function PairingErrorNotice({ error, side, again, onNextStep }: PairingErrorNoticeProps): ReactElement {
  const first = useFocusWhenLost<HTMLButtonElement>();
  return (
    <ErrorNotice
      error={error}
      action={
        <div className={styles['choices']}>
          {nextSteps(error, side).map((next, index) => (
            <Button
              key={next}
              ref={index === 0 ? first : undefined}
              variant={index === 0 ? 'primary' : 'secondary'}
              onClick={() => onNextStep(next)}
            >
              {next === 'again' && again !== undefined ? again : labelOf(next, error)}
            </Button>
          ))}
        </div>
      }
    />
  );
}

/** The relay is set up in one place, and each error asks for another part of it. */
function labelOf(next: NextStep, error: unknown): string {
  if (next !== 'relay') return text(`pairing.way.${next}`);
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
