import { KeyRound } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { SignInAnswer } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { Button, ErrorNotice, Field, TextInput } from '../../ui/index.ts';
import { useAction, useDashboard } from '../api/index.ts';
import { emailProblem, PasswordField } from '../forms/index.ts';
import { hasPasskeys, signWithPasskey } from '../passkeys/index.ts';
import styles from './auth.module.css';

export type SignInFormProps = Readonly<{
  /** Address of an invitation; it can be changed. */
  invited?: string;
  onAnswer(answer: SignInAnswer): void;
}>;

/** Signs in with address and password, or with a passkey alone. */
export function SignInForm({ invited = '', onAnswer }: SignInFormProps): ReactElement {
  const [email, setEmail] = useState(invited);
  const [password, setPassword] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  const { session } = useDashboard();
  const signIn = useAction((client) => client.call('auth.signIn', { input: { email, password } }));
  const usePasskey = useAction(async (client) => {
    const options = await client.call('auth.passkeyOptions', { input: { purpose: 'sign-in' } });
    return client.call('auth.verifyPasskey', { input: { response: await signWithPasskey(options) } });
  });
  const emailError = isChecked ? emailProblem(email) : undefined;
  const passwordError = isChecked && password === '' ? text('auth.password.missing') : undefined;
  const error = signIn.error ?? usePasskey.error;
  return (
    <>
      <form
        className={styles['form']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setIsChecked(true);
          usePasskey.reset();
          if (emailProblem(email) !== undefined || password === '') return;
          void signIn.run().then((answer) => {
            if (answer !== undefined) onAnswer(answer);
          });
        }}
      >
        <Field label={text('auth.email')} error={emailError}>
          <TextInput
            type="email"
            name="email"
            autoComplete="username"
            autoCapitalize="none"
            value={email}
            onChange={setEmail}
          />
        </Field>
        <PasswordField label={text('auth.password')} value={password} onChange={setPassword} error={passwordError} />
        {error !== undefined && <ErrorNotice error={error} />}
        <Button variant="primary" size="large" type="submit" busy={signIn.busy} className={styles['wide']}>
          {text('auth.sign-in')}
        </Button>
      </form>
      {hasPasskeys() && (
        <>
          <div className={styles['or']} aria-hidden="true">
            {text('auth.or')}
          </div>
          <Button
            size="large"
            icon={<KeyRound />}
            busy={usePasskey.busy}
            className={styles['wide']}
            onClick={() => {
              signIn.reset();
              void usePasskey.run().then((answer) => {
                if (answer?.status === 'signed-in') session.signedIn(answer.account);
              });
            }}
          >
            {text('auth.use-passkey')}
          </Button>
        </>
      )}
    </>
  );
}
