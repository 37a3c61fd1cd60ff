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
  /** Label of `again` when it creates something new. */
  again?: string;
  onNextStep(next: NextStep): void;
}>;

/** Shows a pairing error with its next steps as buttons. */
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

/** Labels a step. Each relay error needs another part of the relay's settings. */
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
