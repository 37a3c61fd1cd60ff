import { useCallback, useEffect, useState, type ReactElement } from 'react';
import type { RouteOutput } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { Button, Dialog, ErrorNotice, Mono, RowSkeleton, useNow } from '../../ui/index.ts';
import { useAction } from '../api/index.ts';
import styles from './link-machine.module.css';
import { OneTimeCode } from './one-time-code.tsx';

/** Dialog with the code by which a machine gives its project to this account. The machine shows the account and the relay's key, and asks. */
export function LinkMachineDialog({ onClose }: Readonly<{ onClose(): void }>): ReactElement {
  const { run, error, busy } = useAction((client) => client.call('account.createLinkCode'));
  const [code, setCode] = useState<RouteOutput<'account.createLinkCode'>>();
  const renew = useCallback(() => void run().then((made) => made !== undefined && setCode(made)), [run]);
  useEffect(() => renew(), [renew]);
  const isOver = useNow() >= (code?.expiresAt ?? Infinity);
  return (
    <Dialog
      open
      onClose={onClose}
      title={text('devices.link')}
      description={text('devices.link.about')}
      actions={
        <Button variant="primary" onClick={onClose}>
          {text('site.done')}
        </Button>
      }
    >
      {error !== undefined && (
        <ErrorNotice
          error={error}
          action={
            <Button size="small" busy={busy} onClick={renew}>
              {text('site.retry')}
            </Button>
          }
        />
      )}
      {code === undefined ? (
        error === undefined && <RowSkeleton label={text('ui.loading')} rows={2} />
      ) : (
        <>
          <OneTimeCode
            code={code.code}
            expiresAt={code.expiresAt}
            steps={[{ label: text('devices.link.step'), command: `clawreach account link ${code.code}` }]}
          />
          {isOver && (
            <Button busy={busy} onClick={renew}>
              {text('devices.link.new')}
            </Button>
          )}
          <p className={styles['key']}>
            {text('devices.link.key')} <Mono>{code.relayKeyId}</Mono>
          </p>
        </>
      )}
    </Dialog>
  );
}
