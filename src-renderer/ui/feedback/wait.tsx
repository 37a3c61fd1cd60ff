import { useCallback, useEffect, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { text } from '../../locale/index.ts';
import { Button } from '../controls/button.tsx';
import { classes } from '../styles/classes.ts';
import { useLasting } from '../hooks/use-lasting.ts';
import styles from './wait.module.css';

/** A wait that is over sooner would only flash, ms. */
const SHOWN_AFTER = 1000;

export type WaitProps = Readonly<{
  busy: boolean;
  /** What is under way. */
  label: string;
  onCancel(): void;
  /** It is known to last: shown at once. */
  atOnce?: boolean | undefined;
  className?: string | undefined;
  /** With the button that begins it, which is busy and keeps the focus. */
  children: ReactNode;
}>;

/** A row with something that takes a moment: once that lasts, it says what is waited for, while the button turns. Cancel ends it at any time, and so does Escape in the row. */
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
    // The button that was pressed goes.
    row.current?.querySelector<HTMLElement>('[aria-busy]')?.focus();
    onCancel();
  }, [onCancel]);
  useEffect(() => {
    if (!busy) return undefined;
    const element = row.current;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      // It is spent on the wait: what this stands in stays open.
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
