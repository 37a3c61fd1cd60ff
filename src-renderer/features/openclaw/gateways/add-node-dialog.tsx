import { useId, useState, type ReactElement } from 'react';
import type { CallOutput, GatewayView } from '#shared/app-api/index.ts';
import { colonFingerprint, endpointUrl, isLocalGatewayHost, parseEndpoint } from '#shared/openclaw/gateway/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import {
  Button,
  Caution,
  CopyButton,
  Countdown,
  Dialog,
  ErrorNotice,
  Field,
  Mono,
  Switch,
  TextInput,
  quoteUntrusted,
} from '../../../ui/index.ts';
import { QrCode } from '../../pairing/index.ts';
import { Fingerprint } from '../certificate/fingerprint-view.tsx';
import styles from './add-node.module.css';

type AddNodeAnswer = CallOutput<'gateways.handover'>;

/**
 * Dialog that helps to make another machine a node of this gateway, opened by `GatewaysTab` from the menu of the gateway's card. The person chooses
 * the address and whether to include a new setup code; the agent (`gateways.handover`) returns a text, a command, a link and settings, which the
 * person copies and uses on that machine. The dialog also draws the link as a QR code.
 */
export function AddNodeDialog({ gateway, onClose }: Readonly<{ gateway: GatewayView; onClose(): void }>): ReactElement {
  const form = useId();
  const make = useCall('gateways.handover');
  const { endpoint, fingerprint, name } = gateway.settings;
  const canMakeCode = gateway.operator.scopes.includes('operator.admin');
  const [setupCode, setSetupCode] = useState(canMakeCode);
  const [url, setUrl] = useState(endpointUrl(endpoint));
  const [made, setMade] = useState<AddNodeAnswer>();
  const wrong = isAddress(url) ? undefined : text('gateways.add-node.url.wrong');
  const isLocal = wrong === undefined && isLocalGatewayHost(parseEndpoint(url).host);
  const apply = async (): Promise<void> => {
    if (wrong !== undefined || make.busy) return;
    const changedUrl = url.trim() === endpointUrl(endpoint) ? {} : { url: url.trim() };
    const answer = await make.run({ gateway: gateway.id, setupCode, ...changedUrl });
    if (answer !== undefined) setMade(answer);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      size="large"
      title={text('gateways.add-node.title', { name: quoteUntrusted(name) })}
      description={text('gateways.add-node.text')}
      actions={
        made === undefined ? (
          <>
            <Button onClick={onClose}>{text('ui.cancel')}</Button>
            <Button variant="primary" type="submit" form={form} busy={make.busy}>
              {text('gateways.add-node.make')}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={() => setMade(undefined)}>{text('gateways.add-node.another')}</Button>
            <Button variant="primary" onClick={onClose}>
              {text('gateways.add-node.done')}
            </Button>
          </>
        )
      }
    >
      {made === undefined ? (
        <form
          id={form}
          className={styles['form']}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void apply();
          }}
        >
          <Field label={text('gateways.add-node.url')} hint={text('gateways.add-node.url.hint')} error={wrong}>
            <TextInput mono inputMode="url" maxLength={512} value={url} onChange={setUrl} />
          </Field>
          <Caution>{isLocal && text('gateways.add-node.local')}</Caution>
          <Switch
            label={text('gateways.add-node.code')}
            description={text(canMakeCode ? 'gateways.add-node.code.explain' : 'gateways.add-node.code.no')}
            checked={setupCode}
            disabled={!canMakeCode}
            onChange={setSetupCode}
          />
          {fingerprint !== null && <Fingerprint label={text('gateways.add-node.fingerprint')} value={fingerprint} />}
          {make.error !== undefined && <ErrorNotice error={make.error} onDismiss={make.reset} />}
        </form>
      ) : (
        <Made key={made.text} made={made} fingerprint={fingerprint} />
      )}
    </Dialog>
  );
}

function Made({ made, fingerprint }: Readonly<{ made: AddNodeAnswer; fingerprint: string | null }>): ReactElement {
  const [isOver, setOver] = useState(() => made.expiresAt !== null && made.expiresAt <= Date.now());
  return (
    <div className={styles['made']}>
      {made.expiresAt !== null && (
        <p className={styles['expiry']} role="status">
          {isOver ? (
            text('gateways.add-node.over')
          ) : (
            <>
              {text('gateways.add-node.expires')} <Countdown until={made.expiresAt} onEnd={() => setOver(true)} />
            </>
          )}
        </p>
      )}
      {made.link !== null && !isOver && (
        <div className={styles['link']}>
          <QrCode value={made.link} label={text('gateways.add-node.qr')} />
          <div className={styles['words']}>
            <Piece label={text('gateways.add-node.link')} value={made.link} />
            <p className={styles['note']}>{text('gateways.add-node.secret')}</p>
          </div>
        </div>
      )}
      {!isOver && (
        <>
          <Piece label={text('gateways.add-node.words')} value={made.text} tall />
          <Piece label={text('gateways.add-node.command')} value={made.command} />
        </>
      )}
      {fingerprint !== null && (
        <Piece label={text('gateways.add-node.fingerprint')} value={colonFingerprint(fingerprint)} />
      )}
      <details>
        <summary className={styles['summary']}>{text('gateways.add-node.settings')}</summary>
        <Piece label={text('gateways.add-node.settings')} value={made.settings} tall />
      </details>
    </div>
  );
}

function Piece({
  label,
  value,
  tall = false,
}: Readonly<{ label: string; value: string; tall?: boolean }>): ReactElement {
  return (
    <div className={styles['piece']}>
      <div className={styles['head']}>
        <span className={styles['label']}>{label}</span>
        <CopyButton value={value} label={text('gateways.add-node.copy', { what: label })} />
      </div>
      <div className={styles['text']} role="group" aria-label={label} {...(tall && { tabIndex: 0 })}>
        <Mono>{value}</Mono>
      </div>
    </div>
  );
}

function isAddress(url: string): boolean {
  try {
    parseEndpoint(url);
    return true;
  } catch {
    return false;
  }
}
