import { useId, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button } from '../../../ui/index.ts';
import styles from './access.module.css';
import { useEscape } from './use-escape.ts';

export type ConfirmationProps = Readonly<{
  /** Consequence of the change. */
  message: string;
  /** Text of the button that makes the change. */
  apply: string;
  busy: boolean;
  onApply(): void;
  onCancel(): void;
}>;

/** Asks in the row itself for a confirmation of a change, with two buttons. Escape cancels. */
export function Confirmation({ message, apply, busy, onApply, onCancel }: ConfirmationProps): ReactElement {
  const id = useId();
  const box = useEscape<HTMLDivElement>(onCancel);
  return (
    <div ref={box} className={styles['confirmation']} role="group" aria-labelledby={id}>
      <p id={id} className={styles['message']} role="status">
        {message}
      </p>
      <Button size="small" busy={busy} onClick={onApply}>
        {apply}
      </Button>
      <Button size="small" variant="quiet" onClick={onCancel}>
        {text('ui.cancel')}
      </Button>
    </div>
  );
}
