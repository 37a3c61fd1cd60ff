import { ArrowLeft } from 'lucide-react';
import type { ReactElement, ReactNode, RefObject } from 'react';
import { text } from '../../../locale/index.ts';
import { Button, FormDialog, formatMoment, useNow } from '../../../ui/index.ts';
import styles from '../gateways/gateway-form.module.css';

type AddFormProps = Readonly<{
  body: RefObject<HTMLFormElement | null>;
  busy: boolean;
  /** A former attempt to reach the gateway failed. */
  isAgain: boolean;
  /** End of the setup code's validity, Unix ms; null if it has none. */
  setupUntil: number | null;
  onBack(): void;
  onSubmit(): void;
  onClose(): void;
  children: ReactNode;
}>;

/** Second step of adding a gateway: the form with its buttons. */
export function AddForm({
  body,
  busy,
  isAgain,
  setupUntil,
  onBack,
  onSubmit,
  onClose,
  children,
}: AddFormProps): ReactElement {
  const now = useNow();
  return (
    <FormDialog
      onClose={onClose}
      title={text('gateways.add.title')}
      apply={text(isAgain ? 'gateways.add.again' : 'gateways.add.connect')}
      busy={busy}
      back={
        <Button className={styles['back']} icon={<ArrowLeft aria-hidden="true" />} onClick={onBack}>
          {text('gateways.add.back')}
        </Button>
      }
      formRef={body}
      onApply={onSubmit}
    >
      {setupUntil !== null && (
        <p className={styles['note']}>{text('gateways.add.setup', { until: formatMoment(setupUntil, now) })}</p>
      )}
      {children}
    </FormDialog>
  );
}
