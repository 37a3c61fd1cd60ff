import type { ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Button } from '../controls/button.tsx';
import { ButtonKeys } from '../text/button-keys.tsx';
import { onConfirmKeys } from './confirm-keys.ts';
import { Dialog, type DialogProps } from './dialog.tsx';
import { ErrorNotice } from '../feedback/error-notice.tsx';

export type ConfirmDialogProps = Pick<
  DialogProps,
  'title' | 'description' | 'size' | 'onClose' | 'children' | 'returnFocus'
> &
  Readonly<{
    /** Label of the button that confirms. */
    apply: string;
    /**
     * Label of the button that cancels. With it, this button has the focus, so that Enter changes nothing. Without it, the label is "Cancel" and the
     * dialog itself has the focus.
     */
    keep?: string;
    /** True where Ctrl+Enter on a button confirms; the buttons then show their keys, Escape too. */
    hasKeys?: boolean;
    /** Style of the button that confirms: `primary` if the action loses nothing. */
    variant?: 'danger' | 'primary';
    /**
     * Call to the agent or shell that the action makes, from `useCall`: the dialog shows its progress and error. Omitted if the action makes none.
     */
    call?: Readonly<{ busy: boolean; error: unknown; reset(): void }>;
    /** Called when the person confirms. */
    onApply(): void;
  }>;

/** Dialog that asks the person to confirm an action, such as removing something. `children` explains its consequences; the action is the caller's. */
export function ConfirmDialog({
  apply,
  keep,
  hasKeys = false,
  variant = 'danger',
  call,
  onApply,
  children,
  ...dialog
}: ConfirmDialogProps): ReactElement {
  const onKeyDown = hasKeys && call?.busy !== true ? onConfirmKeys(onApply) : undefined;
  return (
    <Dialog
      {...dialog}
      open
      actions={
        <>
          <Button
            data-autofocus={keep === undefined ? undefined : ''}
            aria-keyshortcuts={hasKeys ? 'Escape' : undefined}
            onClick={dialog.onClose}
            onKeyDown={onKeyDown}
          >
            {keep ?? text('ui.cancel')}
            {hasKeys && <ButtonKeys keys={text('ui.key.escape')} />}
          </Button>
          <Button
            variant={variant}
            busy={call?.busy}
            aria-keyshortcuts={hasKeys ? 'Control+Enter' : undefined}
            onClick={onApply}
            onKeyDown={onKeyDown}
          >
            {apply}
            {hasKeys && <ButtonKeys keys={`${text('ui.key.ctrl')} ${text('ui.key.enter')}`} />}
          </Button>
        </>
      }
    >
      {children}
      {call?.error !== undefined && <ErrorNotice error={call.error} onDismiss={call.reset} />}
    </Dialog>
  );
}
