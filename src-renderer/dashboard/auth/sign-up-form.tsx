import { useState, type ReactElement, type ReactNode } from 'react';
import type { AccountView, SignInAnswer } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { Button, ErrorNotice, Field, TextInput } from '../../ui/index.ts';
import { useAction, useRelay } from '../api/index.ts';
import { emailProblem, nameProblem, newPasswordProblem, PasswordField } from '../forms/index.ts';
import { AuthCard } from './auth-card.tsx';
import styles from './auth.module.css';
import type { LinkToken } from './link-token.ts';
import { createSignUp, type SignUpInput } from './sign-up.ts';

export type SignUpFormProps = Readonly<{
  /** Link of an invitation, or the one for the first account. */
  token: LinkToken | undefined;
  /** Address of the invitation; it can be changed. */
  invited?: string | undefined;
  onMailed(): void;
  onSignedIn(account: AccountView): void;
  /** Takes the answer of a sign-in that needs another factor: the account exists already. */
  onAnswer(answer: SignInAnswer): void;
  foot: ReactNode;
}>;

/** Creates an account. A relay that takes invited people only says so instead, unless a link was opened. */
export function SignUpForm({
  token,
  invited = '',
  onMailed,
  onSignedIn,
  onAnswer,
  foot,
}: SignUpFormProps): ReactElement {
  const relay = useRelay();
  const [name, setName] = useState('');
  const [email, setEmail] = useState(invited);
  const [password, setPassword] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  const [create] = useState(createSignUp);
  const signUp = useAction((client) => {
    const input: SignUpInput = { name, email, password, ...(token !== undefined && { token: token.token }) };
    return create(client, input);
  });
  if (token === undefined && relay !== undefined && relay.signUp !== 'open')
    return <AuthCard title={text('auth.no-account')} lead={text(`auth.sign-up.${relay.signUp}`)} foot={foot} />;
  const problems = [nameProblem(name), emailProblem(email), newPasswordProblem(password)] as const;
  const [nameError, emailError, passwordError] = isChecked ? problems : [];
  const lead = token?.use === 'sign-up' ? text('auth.sign-up.first') : undefined;
  return (
    <AuthCard hasPromise title={text('auth.sign-up')} lead={lead} foot={foot}>
      <form
        className={styles['form']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setIsChecked(true);
          if (problems.some((problem) => problem !== undefined)) return;
          void signUp.run().then((answer) => {
            if (answer?.status === 'signed-in') onSignedIn(answer.account);
            else if (answer?.status === 'verify') onMailed();
            else if (answer !== undefined) onAnswer(answer);
          });
        }}
      >
        <Field label={text('auth.name')} error={nameError} hint={text('auth.name.hint')}>
          <TextInput name="name" autoComplete="name" value={name} onChange={setName} />
        </Field>
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
        <PasswordField
          label={text('auth.password')}
          isNew
          value={password}
          onChange={setPassword}
          hint={text('auth.password.hint')}
          error={passwordError}
        />
        {signUp.error !== undefined && <ErrorNotice error={signUp.error} />}
        <Button variant="primary" size="large" type="submit" busy={signUp.busy} className={styles['wide']}>
          {text('auth.sign-up.create')}
        </Button>
      </form>
    </AuthCard>
  );
}
