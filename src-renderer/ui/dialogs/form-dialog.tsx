import { useId, type ReactElement, type ReactNode, type Ref } from 'react';
import { text } from '../../locale/index.ts';
import { Button } from '../controls/button.tsx';
import { Dialog, type DialogProps } from './dialog.tsx';
import styles from './form-dialog.module.css';

export type FormDialogProps = Pick<DialogProps, 'title' | 'description' | 'size' | 'onClose'> &
  Readonly<{
    /** What the last button says; Enter in a field does the same. */
    apply: string;
    busy?: boolean;
    disabled?: boolean;
    /** Id of what tells why it cannot be pressed. */
    describedBy?: string | undefined;
    /** A button before all others, for the way back. */
    back?: ReactNode;
    formRef?: Ref<HTMLFormElement>;
    /** Not told while it is busy. */
    onApply(): void;
    children: ReactNode;
  }>;

/** A dialog that is filled in: fields, Cancel, and what the title says. */
export function FormDialog({
  apply,
  busy = false,
  disabled,
  describedBy,
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
          <Button onClick={dialog.onClose}>{text('ui.cancel')}</Button>
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
