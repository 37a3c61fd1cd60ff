import { ArrowLeft, TriangleAlert } from 'lucide-react';
import type { ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { Button, Dialog } from '../../../ui/index.ts';
import { Fingerprint } from './fingerprint-view.tsx';
import styles from './fingerprint.module.css';
import formStyles from '../gateways/gateway-form.module.css';

type MismatchDialogProps = Readonly<{
  /** Host and port of the gateway. */
  server: string;
  /** Fingerprint from the setup code or the form. */
  expected: string;
  /** Fingerprint of the certificate that the gateway has presented. */
  shown: string;
  /** Returns to the form. */
  onBack(): void;
  onClose(): void;
}>;

/**
 * Dialog that stops adding a gateway whose certificate differs from the expected one. The person can change the form or give up, but not trust the
 * certificate.
 */
export function MismatchDialog({ server, expected, shown, onBack, onClose }: MismatchDialogProps): ReactElement {
  return (
    <Dialog
      open
      onClose={onClose}
      size="large"
      title={text('gateways.mismatch.title', { server: server })}
      actions={
        <>
          <Button className={formStyles['back']} icon={<ArrowLeft aria-hidden="true" />} onClick={onBack}>
            {text('gateways.add.back')}
          </Button>
          <Button variant="primary" onClick={onClose}>
            {text('gateways.mismatch.leave')}
          </Button>
        </>
      }
    >
      <p className={styles['warning']}>
        <TriangleAlert aria-hidden="true" />
        {text('gateways.mismatch.text')}
      </p>
      <div className={styles['keys']}>
        <Fingerprint label={text('gateways.mismatch.expected')} value={expected} />
        <Fingerprint label={text('gateways.mismatch.shown')} value={shown} tone="bad" />
      </div>
    </Dialog>
  );
}
