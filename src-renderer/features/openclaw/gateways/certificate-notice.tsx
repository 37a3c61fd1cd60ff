import { Fingerprint } from 'lucide-react';
import type { ReactElement } from 'react';
import type { GatewayView } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { Button, classes } from '../../../ui/index.ts';
import styles from './gateway-pane.module.css';

export type CertificateNoticeProps = Readonly<{
  certificate: NonNullable<GatewayView['certificate']>;
  /** Opens the dialog that compares fingerprints. */
  onCompare(): void;
}>;

/** Notice of a gateway's certificate that isn't trusted, or that has replaced the trusted one. */
export function CertificateNotice({ certificate, onCompare }: CertificateNoticeProps): ReactElement {
  const isChanged = certificate.before !== null;
  return (
    <div className={classes(styles['certificate'], isChanged && styles['changed'])}>
      <Fingerprint aria-hidden="true" />
      <p>{text(isChanged ? 'gateways.certificate.changed' : 'gateways.certificate.new')}</p>
      <Button size="small" variant="primary" onClick={onCompare}>
        {text('gateways.certificate.look')}
      </Button>
    </div>
  );
}
