import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Button } from '../controls/button.tsx';
import { Dialog, type DialogProps } from './dialog.tsx';
import { ErrorNotice } from '../feedback/error-notice.tsx';

export type ConfirmDialogProps = Pick<
  DialogProps,
  'title' | 'description' | 'size' | 'onClose' | 'children' | 'returnFocus'
> &
  Readonly<{
    /** What the button says that does it. */
    apply: string;
    /** What the other one says, which then has the keyboard: Enter leaves everything as it is. */
    keep?: string;
    /** `primary` where nothing is lost by it. */
    variant?: 'danger' | 'primary';
    /** The call that is made by it; left out where it is done at once. */
    call?: Readonly<{ busy: boolean; error: unknown; reset(): void }>;
    onApply(): void;
  }>;

/** Says what ends before it does. */
export function ConfirmDialog({
  apply,
  keep,
  variant = 'danger',
  call,
  onApply,
  children,
  ...dialog
}: ConfirmDialogProps): ReactElement {
  return (
    <Dialog
      {...dialog}
      open
      actions={
        <>
          <Button data-autofocus={keep === undefined ? undefined : ''} onClick={dialog.onClose}>
            {keep ?? text('ui.cancel')}
          </Button>
          <Button variant={variant} busy={call?.busy} onClick={onApply}>
            {apply}
          </Button>
        </>
      }
    >
      {children}
      {call?.error !== undefined && <ErrorNotice error={call.error} onDismiss={call.reset} />}
    </Dialog>
  );
}
