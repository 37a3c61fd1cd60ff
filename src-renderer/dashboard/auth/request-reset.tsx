import { useState, type ReactElement, type ReactNode } from 'react';
import { text } from '../../locale/index.ts';
import { Button, ErrorNotice, Field, TextInput } from '../../ui/index.ts';
import { useAction, useRelay } from '../api/index.ts';
import { emailProblem } from '../forms/index.ts';
import { AuthCard } from './auth-card.tsx';
import styles from './auth.module.css';
import { CheckMail } from './check-mail.tsx';

/** Asks for a link that sets a new password. A relay without mail says who makes such links. */
export function RequestReset({ foot }: Readonly<{ foot: ReactNode }>): ReactElement {
  const relay = useRelay();
  const [email, setEmail] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  const [isSent, setIsSent] = useState(false);
  const reset = useAction((client) => client.call('auth.reset', { input: { email } }));
  if (isSent) return <CheckMail lead={text('auth.check-mail.reset')} foot={foot} />;
  if (relay?.mail === false)
    return <AuthCard title={text('auth.reset')} lead={text('auth.reset.no-mail')} foot={foot} />;
  return (
    <AuthCard title={text('auth.reset')} lead={text('auth.reset.lead')} foot={foot}>
      <form
        className={styles['form']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setIsChecked(true);
          if (emailProblem(email) !== undefined) return;
          void reset.run().then((answer) => answer !== undefined && setIsSent(true));
        }}
      >
        <Field label={text('auth.email')} error={isChecked ? emailProblem(email) : undefined}>
          <TextInput
            type="email"
            name="email"
            autoComplete="username"
            autoCapitalize="none"
            value={email}
            onChange={setEmail}
          />
        </Field>
        {reset.error !== undefined && <ErrorNotice error={reset.error} />}
        <Button variant="primary" size="large" type="submit" busy={reset.busy} className={styles['wide']}>
          {text('auth.reset.send')}
        </Button>
      </form>
    </AuthCard>
  );
}
