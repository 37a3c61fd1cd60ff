import { useCallback, useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { text } from '../../locale/index.ts';
import { Button } from '../controls/button.tsx';
import { classes } from '../styles/classes.ts';
import { useLasting } from '../hooks/use-lasting.ts';
import styles from './wait.module.css';

/** Delay before the label and the Cancel button appear, ms. For a shorter wait they would only flash. */
const SHOWN_AFTER = 1000;

export type WaitProps = Readonly<{
  /** True while the action runs. */
  busy: boolean;
  /** Text that says what runs. */
  label: string;
  /** Called when the person cancels, by the button or Escape. */
  onCancel(): void;
  /** Shows the label without the delay, where the wait is known to be long. */
  atOnce?: boolean | undefined;
  className?: string | undefined;
  /** Button that starts the action, and content beside it. The button is busy meanwhile and keeps the focus. */
  children: ReactNode;
}>;

/** Row around a slow action. After a delay it says what runs and offers a Cancel button; Escape in the row cancels as well. */
export function Wait({ busy, label, onCancel, atOnce = false, className, children }: WaitProps): ReactElement {
  const row = useRef<HTMLDivElement>(null);
  const isShown = useLasting(busy, atOnce ? 0 : SHOWN_AFTER);
  const [wasCancelled, setCancelled] = useState(false);
  const [wasBusy, setWasBusy] = useState(busy);
  if (wasBusy !== busy) {
    setWasBusy(busy);
    if (busy) setCancelled(false);
  }
  const cancel = useCallback((): void => {
    setCancelled(true);
    // The Cancel button disappears, so the busy button gets the focus.
    row.current?.querySelector<HTMLElement>('[aria-busy]')?.focus();
    onCancel();
  }, [onCancel]);
  useEffect(() => {
    if (!busy) return undefined;
    const element = row.current;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      // Escape cancels the wait and doesn't close the dialog around it.
      event.stopPropagation();
      cancel();
    };
    element?.addEventListener('keydown', onKey);
    return () => element?.removeEventListener('keydown', onKey);
  }, [busy, cancel]);
  return (
    <div ref={row} className={classes(styles['row'], className)}>
      {children}
      <span role="status" className={isShown ? styles['words'] : 'visually-hidden'}>
        {isShown && label}
        {!busy && wasCancelled && text('ui.cancelled')}
      </span>
      {isShown && (
        <Button size="small" onClick={cancel}>
          {text('ui.cancel')}
        </Button>
      )}
    </div>
  );
}
