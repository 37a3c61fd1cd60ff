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
    /** Label of the button that confirms. */
    apply: string;
    /** Label of the button that cancels and has the focus: Enter then changes nothing. */
    keep?: string;
    /** `primary` where nothing is lost. */
    variant?: 'danger' | 'primary';
    /** Call that the dialog makes; left out for an immediate action. */
    call?: Readonly<{ busy: boolean; error: unknown; reset(): void }>;
    onApply(): void;
  }>;

/** Asks for confirmation and says what ends. */
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
