import { KeyRound } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { errorCode } from '#shared/errors.ts';
import type { AccountView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { Button, ErrorNotice, FormDialog } from '../../ui/index.ts';
import { StepUpContext, useAction, useSession, type StepUpReason } from '../api/index.ts';
import { hasPasskeys, signWithPasskey } from '../passkeys/index.ts';
import styles from './step-up.module.css';
import { PasswordField } from '../forms/index.ts';

/** Asks for password or passkey in a dialog, in place, whenever an action of the pages inside needs it; the action goes on after it. */
export function StepUpProvider({ children }: Readonly<{ children: ReactNode }>): ReactElement {
  const session = useSession();
  const account = session.state === 'signed-in' ? session.account : undefined;
  const [isOpen, setIsOpen] = useState(false);
  const answer = useRef<(confirmed: boolean) => void>(undefined);
  const [reason, setReason] = useState<StepUpReason>();
  const ask = useCallback((why?: StepUpReason) => {
    answer.current?.(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    answer.current = resolve;
    setReason(why);
    setIsOpen(true);
    return promise;
  }, []);
  const finish = useCallback((confirmed: boolean): void => {
    setIsOpen(false);
    answer.current?.(confirmed);
    answer.current = undefined;
  }, []);
  const person = account?.id;
  // What was asked of one person ends with the session, and isn't answered by the next.
  useEffect(() => (person === undefined ? undefined : () => finish(false)), [person, finish]);
  return (
    <StepUpContext value={useMemo(() => ask, [ask])}>
      {children}
      {isOpen && account !== undefined && <StepUpDialog account={account} reason={reason} onFinish={finish} />}
    </StepUpContext>
  );
}

function StepUpDialog({
  account,
  reason,
  onFinish,
}: Readonly<{
  account: AccountView;
  reason: StepUpReason | undefined;
  onFinish(confirmed: boolean): void;
}>): ReactElement {
  const [password, setPassword] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  const byPassword = useAction((client) => client.call('auth.stepUp', { input: { password } }));
  const byPasskey = useAction(async (client) => {
    const options = await client.call('auth.passkeyOptions', { input: { purpose: 'step-up' } });
    return client.call('auth.verifyPasskey', { input: { response: await signWithPasskey(options) } });
  });
  const error = byPassword.error ?? byPasskey.error;
  const usesPasskey = account.passkeys > 0 && hasPasskeys();
  const runPasskey = (): void => {
    byPassword.reset();
    void byPasskey.run().then((done) => done !== undefined && onFinish(true));
  };
  const passkeyButton = (
    <Button icon={<KeyRound />} busy={byPasskey.busy} className={styles['wide']} onClick={runPasskey}>
      {text('auth.use-passkey')}
    </Button>
  );
  return (
    <FormDialog
      title={text('auth.step-up')}
      description={account.hasPassword ? text('auth.step-up.password') : text('auth.step-up.passkey')}
      size="small"
      apply={account.hasPassword ? text('auth.confirm') : text('auth.use-passkey')}
      busy={account.hasPassword ? byPassword.busy : byPasskey.busy}
      onClose={() => onFinish(false)}
      onApply={() => {
        if (!account.hasPassword) {
          runPasskey();
          return;
        }
        setIsChecked(true);
        byPasskey.reset();
        if (password !== '') void byPassword.run().then((done) => done !== undefined && onFinish(true));
      }}
    >
      {reason !== undefined && <p>{text(`auth.step-up.for.${reason}`)}</p>}
      {account.hasPassword && (
        <PasswordField
          label={text('auth.password')}
          value={password}
          onChange={setPassword}
          error={isChecked && password === '' ? text('auth.password.missing') : undefined}
        />
      )}
      {account.hasPassword && usesPasskey && passkeyButton}
      {error !== undefined && (
        <ErrorNotice
          error={error}
          sentence={errorCode(error) === 'account.credentials' ? text('auth.step-up.wrong') : undefined}
        />
      )}
    </FormDialog>
  );
}
