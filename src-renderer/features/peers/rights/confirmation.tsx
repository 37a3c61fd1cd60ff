import { useEffect, useId, useRef, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button } from '../../../ui/index.ts';
import styles from './access.module.css';

export type ConfirmationProps = Readonly<{
  /** Consequence of the change. */
  message: string;
  /** Text of the button that makes the change. */
  apply: string;
  busy: boolean;
  onApply(): void;
  onCancel(): void;
}>;

/** Asks in the row itself for a confirmation of a change, with two buttons. Escape cancels, wherever the focus is, unless a dialog or menu above takes the key. */
export function Confirmation({ message, apply, busy, onApply, onCancel }: ConfirmationProps): ReactElement {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const cancel = useRef(onCancel);
  useEffect(() => {
    cancel.current = onCancel;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || !isMeant(event.target, box.current)) return;
      // The page, or the dialog around it, stays.
      event.preventDefault();
      cancel.current();
    };
    document.addEventListener('keydown', press, { capture: true });
    return () => document.removeEventListener('keydown', press, { capture: true });
  }, []);
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

/** Reports whether a key that was pressed at an element is for the page or dialog that contains the confirmation. */
function isMeant(target: EventTarget | null, box: HTMLElement | null): boolean {
  if (!(target instanceof Element) || target.closest('[role=menu], [role=listbox], [aria-expanded=true]') !== null)
    return false;
  return target.closest('[role=dialog]') === (box?.closest('[role=dialog]') ?? null);
}
