import { TriangleAlert } from 'lucide-react';
import { useId, useState, type ReactElement } from 'react';
import type { GatewayView } from '#shared/app-api/index.ts';
import { endpointAuthority } from '#shared/openclaw/gateway/index.ts';
import { text } from '../../../locale/index.ts';
import { applyGateway, notify, useCall } from '../../../store/index.ts';
import { Button, Dialog, ErrorNotice, Field, TextInput, quoteUntrusted } from '../../../ui/index.ts';
import { CompareField, Fingerprint, PrintCommand } from './fingerprint-view.tsx';
import type { FingerprintComparison } from './fingerprint.ts';
import styles from './fingerprint.module.css';

export type FingerprintDialogProps = Readonly<{
  gateway: GatewayView;
  /** Certificate that waits for a decision, with the one trusted before. */
  certificate: NonNullable<GatewayView['certificate']>;
  onClose(): void;
}>;

/**
 * Dialog in which the person decides about a saved gateway's certificate: a first one, or one that differs from the trusted certificate. The agent
 * stores the trust and connects.
 */
export function FingerprintDialog({ gateway, certificate, onClose }: FingerprintDialogProps): ReactElement {
  const { fingerprint, before } = certificate;
  const trust = useCall('gateways.trust');
  const name = quoteUntrusted(gateway.settings.name);
  const apply = async (how: 'always' | 'once', confirm?: string): Promise<void> => {
    if (trust.busy) return;
    const view = await trust.run({
      gateway: gateway.id,
      fingerprint,
      how,
      ...(confirm === undefined ? {} : { confirm }),
    });
    if (view === undefined) return;
    applyGateway(view);
    notify({ tone: 'good', text: text(`gateways.fingerprint.trusted.${how}`, { name }) });
    onClose();
  };
  const error = trust.error !== undefined && <ErrorNotice error={trust.error} onDismiss={trust.reset} />;
  // The key resets the dialog for another certificate, so that nothing typed before applies to it.
  return before === null ? (
    <FirstCertificate
      key={fingerprint}
      server={endpointAuthority(gateway.settings.endpoint)}
      fingerprint={fingerprint}
      busy={trust.busy}
      error={error}
      onTrust={(how) => void apply(how)}
      onClose={onClose}
    />
  ) : (
    <Changed
      key={fingerprint}
      name={name}
      fingerprint={fingerprint}
      before={before}
      busy={trust.busy}
      error={error}
      onTrust={(confirm) => void apply('always', confirm)}
      onClose={() => {
        notify({ tone: 'neutral', text: text('gateways.fingerprint.stays', { name }) });
        onClose();
      }}
    />
  );
}

export type FirstCertificateProps = Readonly<{
  /** Host and port of the gateway. */
  server: string;
  /** Fingerprint of the certificate that the gateway has presented, 64 lower-case hexadecimal digits. */
  fingerprint: string;
  busy: boolean;
  error: ReactElement | false;
  /** Called when the person trusts the certificate: permanently, or until the agent ends. */
  onTrust(how: 'always' | 'once'): void;
  onClose(): void;
  /** Fingerprint that the gateway announced in the local network; only for a warning, since anyone can announce anything. */
  announced?: string | null;
}>;

/**
 * Dialog about a certificate that was never seen before. The person compares the fingerprint, then trusts it always, once or not at all. No
 * credential has been sent yet. Used for a gateway that is being added and for a saved one.
 */
export function FirstCertificate({
  server,
  fingerprint,
  busy,
  error,
  onTrust,
  onClose,
  announced = null,
}: FirstCertificateProps): ReactElement {
  const [compared, setCompared] = useState<FingerprintComparison>('none');
  const [how, setHow] = useState<'always' | 'once'>('always');
  const isRefused = compared === 'differs';
  const press = (next: 'always' | 'once'): void => {
    setHow(next);
    onTrust(next);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      size="medium"
      title={text('gateways.fingerprint.title', { server })}
      actions={
        <>
          <Button onClick={onClose}>{text('ui.cancel')}</Button>
          <Button busy={busy && how === 'once'} disabled={isRefused} onClick={() => press('once')}>
            {text('gateways.fingerprint.once')}
          </Button>
          <Button
            variant="primary"
            busy={busy && how === 'always'}
            disabled={isRefused}
            onClick={() => press('always')}
          >
            {text('gateways.fingerprint.trust')}
          </Button>
        </>
      }
    >
      <p className={styles['plain']}>{text('gateways.fingerprint.text')}</p>
      <div className={`${styles['keys']} ${styles['wide']}`}>
        <Fingerprint label={text('gateways.fingerprint.shown')} value={fingerprint} />
      </div>
      {announced !== null && announced !== fingerprint && (
        <p className={styles['warning']}>
          <TriangleAlert aria-hidden="true" />
          {text('gateways.fingerprint.announced')}
        </p>
      )}
      <PrintCommand />
      <CompareField fingerprint={fingerprint} onCompare={setCompared} />
      {error}
    </Dialog>
  );
}

type ChangedProps = Readonly<{
  name: string;
  fingerprint: string;
  before: string;
  busy: boolean;
  error: ReactElement | false;
  onTrust(confirm: string): void;
  onClose(): void;
}>;

function Changed({ name, fingerprint, before, busy, error, onTrust, onClose }: ChangedProps): ReactElement {
  const form = useId();
  const [compared, setCompared] = useState<FingerprintComparison>('none');
  const [typed, setTyped] = useState('');
  const confirm = typed.trim().toLowerCase();
  const isMeant = confirm === fingerprint.slice(-4) && compared !== 'differs';
  return (
    <Dialog
      open
      onClose={onClose}
      size="large"
      title={text('gateways.fingerprint.changed.title', { name })}
      actions={
        <>
          <Button variant="danger" type="submit" form={form} busy={busy} disabled={!isMeant}>
            {text('gateways.fingerprint.trust-new')}
          </Button>
          <Button variant="primary" onClick={onClose}>
            {text('gateways.fingerprint.disconnect')}
          </Button>
        </>
      }
    >
      <p className={styles['warning']}>
        <TriangleAlert aria-hidden="true" />
        {text('gateways.fingerprint.changed.text')}
      </p>
      <div className={styles['keys']}>
        <Fingerprint label={text('gateways.fingerprint.before')} value={before} />
        <Fingerprint label={text('gateways.fingerprint.now')} value={fingerprint} tone="bad" />
      </div>
      <PrintCommand />
      <CompareField fingerprint={fingerprint} onCompare={setCompared} />
      <form
        id={form}
        className={styles['confirm']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (isMeant) onTrust(confirm);
        }}
      >
        <Field label={text('gateways.fingerprint.type')} hint={text('gateways.fingerprint.type.hint')}>
          <TextInput mono maxLength={8} value={typed} onChange={setTyped} />
        </Field>
      </form>
      {error}
    </Dialog>
  );
}
