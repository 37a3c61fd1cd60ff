import { useState, type ReactElement } from 'react';
import type { SignInAnswer } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { Button, ErrorNotice } from '../../ui/index.ts';
import { useAction } from '../api/index.ts';
import { AuthCard } from './auth-card.tsx';
import styles from './auth.module.css';
import { PasswordField } from '../forms/index.ts';

export type VerifyAddressProps = Readonly<{
  token: string;
  isSignedIn: boolean;
  onAnswer(answer: SignInAnswer): void;
  /** The link was used, or the person goes on without it. */
  onEnd(): void;
}>;

/**
 * Confirms an e-mail address by the link of a mail. A click does it, and without a session the password: else someone could have an address confirmed that
 * isn't theirs.
 */
export function VerifyAddress({ token, isSignedIn, onAnswer, onEnd }: VerifyAddressProps): ReactElement {
  const [password, setPassword] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  const verify = useAction((client) =>
    client.call('auth.verify', { input: { token, ...(!isSignedIn && { password }) } }),
  );
  return (
    <AuthCard
      title={text('auth.verify')}
      lead={isSignedIn ? text('auth.verify.signed-in') : text('auth.verify.password')}
      foot={
        <button type="button" className={styles['text-button']} onClick={onEnd}>
          {isSignedIn ? text('auth.verify.later') : text('auth.to-sign-in')}
        </button>
      }
    >
      <form
        className={styles['form']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setIsChecked(true);
          if (!isSignedIn && password === '') return;
          void verify.run().then((answer) => {
            if (answer === undefined) return;
            onEnd();
            onAnswer(answer);
          });
        }}
      >
        {!isSignedIn && (
          <PasswordField
            label={text('auth.password')}
            value={password}
            onChange={setPassword}
            error={isChecked && password === '' ? text('auth.password.missing') : undefined}
          />
        )}
        {verify.error !== undefined && <ErrorNotice error={verify.error} />}
        <Button variant="primary" size="large" type="submit" busy={verify.busy} className={styles['wide']}>
          {text('auth.verify.confirm')}
        </Button>
      </form>
    </AuthCard>
  );
}
