import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useRef, type ReactElement, type ReactNode } from 'react';
import { text } from '../i18n/index.ts';
import { IconButton } from './button.tsx';
import { classes } from './classes.ts';
import styles from './dialog.module.css';

export type DialogProps = Readonly<{
  open: boolean;
  /** Escape, the cross, or a press outside. */
  onClose(): void;
  title: string;
  description?: string | undefined;
  children?: ReactNode;
  /** Buttons at the end; the one that does what the title says comes last. */
  actions?: ReactNode;
  size?: 'small' | 'medium' | 'large' | undefined;
  /** What has the focus when it is closed; null is what had it before, as without it. */
  returnFocus?: (() => HTMLElement | null) | undefined;
}>;

const FIRST = '[data-autofocus], input:not([disabled]):not([aria-hidden]), textarea:not([disabled])';

/** A modal window; never put one upon another. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  children,
  actions,
  size = 'medium',
  returnFocus,
}: DialogProps): ReactElement {
  const body = useRef<HTMLDivElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Base.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <Base.Portal>
        <Base.Backdrop className={styles['backdrop']} />
        <Base.Viewport className={styles['viewport']}>
          <Base.Popup
            ref={popup}
            className={classes(styles['popup'], styles[size])}
            // What is to be typed, or the dialog itself: Enter does nothing that nobody has looked at.
            initialFocus={() => body.current?.querySelector<HTMLElement>(FIRST) ?? popup.current}
            finalFocus={returnFocus}
          >
            <header className={styles['header']}>
              <Base.Title className={styles['title']}>{title}</Base.Title>
              <Base.Close render={<IconButton label={text('ui.close')} icon={<X />} />} />
            </header>
            <div ref={body} className={styles['body']}>
              {description !== undefined && (
                <Base.Description className={styles['description']}>{description}</Base.Description>
              )}
              {children}
            </div>
            {actions !== undefined && <footer className={styles['actions']}>{actions}</footer>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
