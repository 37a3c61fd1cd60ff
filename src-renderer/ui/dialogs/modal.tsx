import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactElement, ReactNode, Ref } from 'react';
import { classes } from '../styles/classes.ts';
import { ModalContext } from '../feedback/error-remedy.ts';
import { useModalNotice } from './modal-notice.ts';
import { useIsCovered } from './modal-stack.ts';
import styles from './modal.module.css';

export type ModalProps = Readonly<{
  open: boolean;
  /** Called when the person presses Escape, the close button or the area outside. */
  onClose(): void;
  /** Largest width. `list` has a fixed height. */
  size: 'small' | 'medium' | 'large' | 'list';
  ref?: Ref<HTMLDivElement> | undefined;
  /** Returns the element to focus when the dialog opens. */
  initialFocus?: (() => HTMLElement | null) | undefined;
  /** Returns the element to focus when the dialog closes; null for the one that had the focus before, which is the default. */
  returnFocus?: (() => HTMLElement | null) | undefined;
  /** The content names requests that arrive: none is shown above it. */
  namesRequests?: boolean | undefined;
  /** Content, including a `ModalTitle`. */
  children: ReactNode;
}>;

/**
 * Surface of all modal content. While several are open, only the newest is visible. Requests that arrive are shown above it (`ModalNoticeContext`). Use `Dialog` for content that a person reads and answers.
 */
export function Modal({
  open,
  onClose,
  size,
  ref,
  initialFocus,
  returnFocus,
  namesRequests = false,
  children,
}: ModalProps): ReactElement {
  const isCovered = useIsCovered(open);
  const notice = useModalNotice(onClose);
  const covered = isCovered && styles['covered'];
  return (
    <Base.Root
      open={open}
      onOpenChange={(next) => {
        // Keys and presses are for the visible dialog.
        if (!next && !isCovered) onClose();
      }}
    >
      <Base.Portal>
        <Base.Backdrop className={classes(styles['backdrop'], covered)} />
        <Base.Viewport className={classes(styles['viewport'], covered)}>
          <Base.Popup
            ref={ref}
            className={classes(styles['popup'], styles[size])}
            data-ground="raised"
            initialFocus={initialFocus}
            finalFocus={returnFocus}
          >
            <ModalContext value>{children}</ModalContext>
            {open && !isCovered && !namesRequests && (
              <div className={styles['notice']} aria-live="polite">
                {notice}
              </div>
            )}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

/** Heading inside a `Modal`, also its name for screen readers. */
export const ModalTitle = Base.Title;
