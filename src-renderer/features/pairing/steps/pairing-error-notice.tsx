import type { ReactElement } from 'react';
import { errorCode } from '#shared/errors.ts';
import { text } from '../../../locale/index.ts';
import { Button, ErrorNotice } from '../../../ui/index.ts';
import { useFocusWhenLost } from './use-focus.ts';
import { nextSteps, type NextStep } from './next-steps.ts';
import styles from '../pairing.module.css';

export type PairingErrorNoticeProps = Readonly<{
  /** Error of the pairing. */
  error: unknown;
  /** Side of the pairing on which the error is shown. */
  side: 'invite' | 'join';
  /** Label of the button that tries again, if it creates something new, such as "New code". Default: "Try again". */
  again?: string;
  /** Receives the next step whose button was pressed. */
  onNextStep(next: NextStep): void;
}>;

/**
 * Explains an error of a pairing and offers its next steps as buttons, in the steps of the inviter and the joiner. The first button takes the focus
 * if the focused element has disappeared.
 */
export function PairingErrorNotice({ error, side, again, onNextStep }: PairingErrorNoticeProps): ReactElement {
  const first = useFocusWhenLost<HTMLButtonElement>();
  return (
    <ErrorNotice
      error={error}
      sentence={
        side === 'invite' && errorCode(error) === 'pairing.wrong-code' ? text('pairing.invite.wrong') : undefined
      }
      action={
        <div className={styles['choices']}>
          {nextSteps(error, side).map((next, index) => (
            <Button
              key={next}
              ref={index === 0 ? first : undefined}
              // Who joins has the button of the code's field as the main one.
              variant={index === 0 && side === 'invite' ? 'primary' : 'secondary'}
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

/** Returns the label of a next step's button. For `relay`, the label says what the error needs: an address, a compared pin or a token. */
function labelOf(next: NextStep, error: unknown): string {
  if (next !== 'relay') return text(`pairing.remedy.${next}`);
  switch (errorCode(error)) {
    case 'relay.untrusted':
      return text('pairing.remedy.relay.pin');
    case 'relay.admission-needed':
    case 'relay.admission':
    case 'relay.no-project':
      return text('pairing.remedy.relay.token');
    default:
      return text('pairing.remedy.relay');
  }
}
