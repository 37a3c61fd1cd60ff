import { ArrowLeft } from 'lucide-react';
import type { ReactElement, ReactNode, RefObject } from 'react';
import { text } from '../../../locale/index.ts';
import { Button, FormDialog, formatMoment, useNow } from '../../../ui/index.ts';
import styles from '../gateways/gateway-form.module.css';

type AddFormProps = Readonly<{
  /** Form element, in which the caller focuses the first invalid field. */
  body: RefObject<HTMLFormElement | null>;
  busy: boolean;
  /** The last probe didn't reach the gateway, so the button says "Try again". */
  isAgain: boolean;
  /** Time at which the setup code expires, ms since 1970; null if it doesn't. */
  setupUntil: number | null;
  /** Returns to the first step. */
  onBack(): void;
  /** Probes the gateway and adds it. */
  onSubmit(): void;
  onClose(): void;
  children: ReactNode;
}>;

/** Second step of adding a gateway: frame of the form, with the expiry of the setup code and the buttons. `children` are the fields. */
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
