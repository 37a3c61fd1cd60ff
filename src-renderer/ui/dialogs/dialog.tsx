import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useRef, type ReactElement, type ReactNode } from 'react';
import { text } from '../../locale/index.ts';
import { IconButton } from '../controls/button.tsx';
import styles from './dialog.module.css';
import { Modal, ModalTitle, type ModalProps } from './modal.tsx';

export type DialogProps = Pick<ModalProps, 'open' | 'onClose' | 'returnFocus' | 'namesRequests'> &
  Readonly<{
    /** Heading, also the name for screen readers. */
    title: string;
    /** Text below the heading, read with it. */
    description?: string | undefined;
    children?: ReactNode;
    /** Buttons at the end. The one that does what the title says comes last. */
    actions?: ReactNode;
    size?: 'small' | 'medium' | 'large' | undefined;
  }>;

/** Returns the element to focus first: the one marked `data-autofocus`, or the first field that is shown. */
function firstOf(dialog: HTMLElement | null, body: HTMLElement | null): HTMLElement | undefined {
  const marked = dialog?.querySelector<HTMLElement>('[data-autofocus]');
  if (marked !== null && marked !== undefined) return marked;
  const fields = body?.querySelectorAll<HTMLElement>(
    'input:not([disabled]):not([aria-hidden]), textarea:not([disabled])',
  );
  // A field in a folded section takes no focus, which would stay behind the dialog.
  return [...(fields ?? [])].find((field) => field.checkVisibility());
}

/** Modal dialog with a heading, content and buttons. Never render one inside another. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  children,
  actions,
  size = 'medium',
  returnFocus,
  namesRequests,
}: DialogProps): ReactElement {
  const body = useRef<HTMLDivElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  return (
    <Modal
      ref={popup}
      open={open}
      onClose={onClose}
      size={size}
      // The first field, or the dialog itself: Enter must not confirm anything unread.
      initialFocus={() => {
        const first = firstOf(popup.current, body.current) ?? popup.current;
        // The dialog is read from its top, wherever the field is. The browser scrolls to it after this event.
        first?.addEventListener('focus', () => requestAnimationFrame(() => body.current?.scrollTo(0, 0)), {
          once: true,
        });
        return first;
      }}
      returnFocus={returnFocus}
      namesRequests={namesRequests}
    >
      <header className={styles['header']}>
        <ModalTitle className={styles['title']}>{title}</ModalTitle>
        <Base.Close render={<IconButton label={text('ui.close')} icon={<X />} />} />
      </header>
      <div ref={body} className={styles['body']}>
        {description !== undefined && (
          <Base.Description className={styles['description']}>{description}</Base.Description>
        )}
        {children}
      </div>
      {actions !== undefined && <footer className={styles['actions']}>{actions}</footer>}
    </Modal>
  );
}
