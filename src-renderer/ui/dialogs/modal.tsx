import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactElement, ReactNode, Ref } from 'react';
import { classes } from '../styles/classes.ts';
import { ModalContext } from '../feedback/error-step.ts';
import { useIsCovered } from './modal-stack.ts';
import styles from './modal.module.css';

export type ModalProps = Readonly<{
  open: boolean;
  /** Escape, the cross, or a press outside. */
  onClose(): void;
  /** The widest it is; a `list` stands near the top and has a height of its own. */
  size: 'small' | 'medium' | 'large' | 'list';
  ref?: Ref<HTMLDivElement> | undefined;
  /** What has the focus when it opens. */
  initialFocus?: (() => HTMLElement | null) | undefined;
  /** What has it when it is closed; null is what had it before, as without it. */
  returnFocus?: (() => HTMLElement | null) | undefined;
  /** With a `ModalTitle` among it. */
  children: ReactNode;
}>;

/** The surface of everything modal, of which one is seen at a time. What a person reads and answers is a `Dialog`. */
export function Modal({ open, onClose, size, ref, initialFocus, returnFocus, children }: ModalProps): ReactElement {
  const list = size === 'list' && styles['list'];
  const isCovered = useIsCovered(open);
  const covered = isCovered && styles['covered'];
  return (
    <Base.Root
      open={open}
      onOpenChange={(next) => {
        // A key or a press is for the one that is seen.
        if (!next && !isCovered) onClose();
      }}
    >
      <Base.Portal>
        <Base.Backdrop className={classes(styles['backdrop'], covered)} />
        <Base.Viewport className={classes(styles['viewport'], list, covered)}>
          <Base.Popup
            ref={ref}
            className={classes(styles['popup'], styles[size])}
            initialFocus={initialFocus}
            finalFocus={returnFocus}
          >
            <ModalContext value>{children}</ModalContext>
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

export const ModalTitle = Base.Title;
