import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { RequestNotice } from '../../features/inbox/index.ts';
import { dismissToast, useApp, type Toast } from '../../store/index.ts';
import { Button, classes, IconButton } from '../../ui/index.ts';
import styles from './toasts.module.css';

/** Time for which a toast is shown, ms. A toast that is `bad`, or `stays`, is shown until the person dismisses it. */
const SHOWN_FOR = 6000;

const ICONS = { neutral: Info, good: CircleCheck, warning: TriangleAlert, bad: CircleAlert, info: Info } as const;

export type ToastsProps = Readonly<{
  /**
   * Place that covers no control. `side-bar`: above its foot. `page`: a row below the page, which becomes shorter meanwhile. `terminal`: over the
   * output of the terminal, whose size must stay; above the strip and the rows of keys.
   */
  place: 'side-bar' | 'page' | 'terminal';
}>;

/**
 * Shows the store's toasts, and removes each from the store after a while or when the person dismisses it; below
 * them the notice of a new request. Also announces to screen readers how many requests wait for a decision.
 */
export function Toasts({ place }: ToastsProps): ReactElement {
  const toasts = useApp((state) => state.toasts);
  const waiting = useApp((state) => state.approvals.length);
  return (
    <>
      <section
        className={classes(styles['toasts'], styles[place])}
        aria-label={text('app.notices')}
        aria-live="polite"
        aria-relevant="additions"
      >
        {toasts.map((toast) => (
          <ToastCard key={toast.id} toast={toast} />
        ))}
        <RequestNotice />
      </section>
      <p className="visually-hidden" role="status">
        {waiting > 0 && text('app.waiting', { count: waiting })}
      </p>
    </>
  );
}

function ToastCard({ toast }: Readonly<{ toast: Toast }>): ReactElement {
  const { id, tone, action } = toast;
  const stays = tone === 'bad' || toast.stays === true;
  /** The pointer or the focus is on the toast. */
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (stays || isHeld) return undefined;
    const timer = setTimeout(() => dismissToast(id), SHOWN_FOR);
    return () => clearTimeout(timer);
  }, [id, stays, isHeld]);
  const Icon = ICONS[tone];
  return (
    <div
      className={styles['toast']}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon className={classes(styles['icon'], styles[tone])} aria-hidden="true" />
      <div className={styles['words']}>
        <p className={styles['text']}>{toast.text}</p>
        {action !== undefined && (
          <Button
            size="small"
            onClick={() => {
              dismissToast(id);
              action.run();
            }}
          >
            {action.label}
          </Button>
        )}
      </div>
      <IconButton size="small" label={text('ui.dismiss')} icon={<X />} onClick={() => dismissToast(id)} />
    </div>
  );
}
