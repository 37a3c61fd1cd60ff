import { useId, type ReactElement, type ReactNode, type Ref } from 'react';
import { text } from '../../locale/index.ts';
import { Button } from '../controls/button.tsx';
import { Dialog, type DialogProps } from './dialog.tsx';
import styles from './form-dialog.module.css';

export type FormDialogProps = Pick<DialogProps, 'title' | 'description' | 'size' | 'onClose'> &
  Readonly<{
    /** Label of the submit button. Enter in a field submits as well. */
    apply: string;
    /** Label of the button that closes the dialog, where nothing is cancelled by that. */
    leave?: string;
    /** True while the submission runs. */
    busy?: boolean;
    /** Disables the submit button. */
    disabled?: boolean;
    /** ID of the element that says why the submit button is disabled. */
    describedBy?: string | undefined;
    /** Second way to submit, a button beside the main one. */
    also?: Readonly<{ label: string; onApply(): void }> | undefined;
    /** Button that goes back, before all others. */
    back?: ReactNode;
    formRef?: Ref<HTMLFormElement>;
    /** Submits the form; not called while it is busy. */
    onApply(): void;
    children: ReactNode;
  }>;

/** Modal dialog with a form: fields, a button that cancels and one that submits. */
export function FormDialog({
  apply,
  leave = text('ui.cancel'),
  busy = false,
  disabled,
  describedBy,
  also,
  back,
  formRef,
  onApply,
  children,
  ...dialog
}: FormDialogProps): ReactElement {
  const form = useId();
  return (
    <Dialog
      {...dialog}
      open
      actions={
        <>
          {back}
          <Button onClick={dialog.onClose}>{leave}</Button>
          {also !== undefined && (
            <Button disabled={disabled === true || busy} aria-describedby={describedBy} onClick={also.onApply}>
              {also.label}
            </Button>
          )}
          <Button
            variant="primary"
            type="submit"
            form={form}
            busy={busy}
            disabled={disabled}
            aria-describedby={describedBy}
          >
            {apply}
          </Button>
        </>
      }
    >
      <form
        ref={formRef}
        id={form}
        className={styles['form']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) onApply();
        }}
      >
        {children}
      </form>
    </Dialog>
  );
}
