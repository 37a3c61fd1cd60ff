import { FileUp, Plus } from 'lucide-react';
import { useId, useState, type ReactElement } from 'react';
import type { AuthorityView, NetworkProxyView } from '#shared/app-api/index.ts';
import { formatDate, text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { Button, Chip, Dialog, ErrorNotice, Field, FileButton, SettingRow, TextArea } from '../../../ui/index.ts';
import { hasCertificate } from './proxy-checks.ts';
import styles from '../settings.module.css';

/** Longest text of certificates that the agent accepts, characters. */
const MOST = 131_072;

export type ProxyAuthoritiesProps = Readonly<{
  authorities: readonly AuthorityView[];
  /** Called when the person removes an authority. */
  onRemove(id: string): void;
  /** Called with the saved settings after an authority was added. */
  onAdded(proxy: NetworkProxyView): void;
}>;

/**
 * Lists the certificate authorities that are trusted for relays in addition to the system's. A person can add and remove some. Part of `ProxyPart`.
 */
export function ProxyAuthorities({ authorities, onRemove, onAdded }: ProxyAuthoritiesProps): ReactElement {
  const id = useId();
  const [adding, setAdding] = useState(false);
  const [now] = useState(() => Date.now());
  return (
    <div className={styles['proxy']}>
      <h4 id={id} className={styles['subheading']}>
        {text('proxy.authorities')}
      </h4>
      <p className={styles['text']}>{text('proxy.authorities.text')}</p>
      {authorities.length === 0 ? (
        <p className={styles['plain']}>{text('proxy.authorities.none')}</p>
      ) : (
        <ul className={styles['authorities']} aria-labelledby={id}>
          {authorities.map((authority) => (
            <li key={authority.id}>
              <SettingRow name={authority.subject} meaning={<Expiry at={authority.expiresAt} now={now} />}>
                <Button
                  size="small"
                  aria-label={text('proxy.authority.remove.label', { subject: authority.subject })}
                  onClick={() => onRemove(authority.id)}
                >
                  {text('proxy.authority.remove')}
                </Button>
              </SettingRow>
            </li>
          ))}
        </ul>
      )}
      <div>
        <Button icon={<Plus aria-hidden="true" />} onClick={() => setAdding(true)}>
          {text('proxy.authority.add')}
        </Button>
      </div>
      <AuthorityDialog
        open={adding}
        onClose={() => setAdding(false)}
        onAdded={(proxy) => {
          setAdding(false);
          onAdded(proxy);
        }}
      />
    </div>
  );
}

function Expiry({ at, now }: Readonly<{ at: number; now: number }>): ReactElement {
  const date = formatDate(at, { dateStyle: 'medium' });
  if (at < now) return <Chip tone="bad">{text('proxy.authority.expired', { date })}</Chip>;
  return <>{text('proxy.authority.expires', { date })}</>;
}

type AuthorityDialogProps = Readonly<{ open: boolean; onClose(): void; onAdded(proxy: NetworkProxyView): void }>;

/** Dialog that adds a certificate authority from pasted text or a chosen file (`network.proxy.set`). */
export function AuthorityDialog({ open, onClose, onAdded }: AuthorityDialogProps): ReactElement {
  const { run, busy, error, reset } = useCall('network.proxy.set');
  const [pem, setPem] = useState('');
  const [isTooLarge, setTooLarge] = useState(false);
  const isWrong = pem.trim() !== '' && !hasCertificate(pem);
  const problem = isTooLarge
    ? text('proxy.authority.file.large')
    : isWrong
      ? text('proxy.authority.pem.invalid')
      : undefined;

  const edit = (next: string): void => {
    setTooLarge(false);
    setPem(next);
    reset();
  };
  const choose = async (chosen: File): Promise<void> => {
    if (chosen.size > MOST) setTooLarge(true);
    else edit(await chosen.text());
  };
  const close = (): void => {
    edit('');
    onClose();
  };
  const add = async (): Promise<void> => {
    const answer = await run({ addAuthorities: pem });
    if (answer === undefined) return;
    edit('');
    onAdded(answer);
  };

  return (
    <Dialog
      open={open}
      onClose={close}
      title={text('proxy.authority.dialog')}
      description={text('proxy.authority.dialog.text')}
      actions={
        <Button variant="primary" busy={busy} disabled={!hasCertificate(pem)} onClick={() => void add()}>
          {text('proxy.authority.trust')}
        </Button>
      }
    >
      <div className={styles['proxy']}>
        {error !== undefined && <ErrorNotice error={error} />}
        <Field label={text('proxy.authority.pem')} hint={text('proxy.authority.pem.hint')} error={problem}>
          <TextArea mono rows={7} spellCheck={false} maxLength={MOST} value={pem} onChange={edit} />
        </Field>
        <div>
          <FileButton
            size="small"
            icon={<FileUp aria-hidden="true" />}
            accept=".pem,.crt,.cer,application/x-pem-file,text/plain"
            onChoose={(file) => void choose(file)}
          >
            {text('proxy.authority.file')}
          </FileButton>
        </div>
      </div>
    </Dialog>
  );
}
