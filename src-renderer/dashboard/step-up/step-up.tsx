import { KeyRound } from 'lucide-react';
import { useCallback, useMemo, useRef, useState, type ReactElement, type ReactNode } from 'react';
import { text } from '../../locale/index.ts';
import { Button, ErrorNotice, FormDialog } from '../../ui/index.ts';
import { StepUpContext, useAccount, useAction } from '../api/index.ts';
import { hasPasskeys, signWithPasskey } from '../passkeys/index.ts';
import styles from './step-up.module.css';
import { PasswordField } from '../forms/index.ts';

/** Asks for password or passkey in a dialog, in place, whenever an action of the pages inside needs it; the action goes on after it. */
export function StepUpProvider({ children }: Readonly<{ children: ReactNode }>): ReactElement {
  const [isOpen, setIsOpen] = useState(false);
  const answer = useRef<(confirmed: boolean) => void>(undefined);
  const ask = useCallback(() => {
    answer.current?.(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    answer.current = resolve;
    setIsOpen(true);
    return promise;
  }, []);
  const finish = (confirmed: boolean): void => {
    setIsOpen(false);
    answer.current?.(confirmed);
    answer.current = undefined;
  };
  return (
    <StepUpContext value={useMemo(() => ask, [ask])}>
      {children}
      {isOpen && <StepUpDialog onFinish={finish} />}
    </StepUpContext>
  );
}

function StepUpDialog({ onFinish }: Readonly<{ onFinish(confirmed: boolean): void }>): ReactElement {
  const account = useAccount();
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
      {account.hasPassword && (
        <PasswordField
          label={text('auth.password')}
          value={password}
          onChange={setPassword}
          error={isChecked && password === '' ? text('auth.password.missing') : undefined}
        />
      )}
      {account.hasPassword && usesPasskey && passkeyButton}
      {error !== undefined && <ErrorNotice error={error} />}
    </FormDialog>
  );
}
