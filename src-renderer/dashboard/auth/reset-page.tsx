import { useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Button, ErrorNotice } from '../../ui/index.ts';
import { useAction, useDashboard } from '../api/index.ts';
import { newPasswordProblem, PasswordField } from '../forms/index.ts';
import { goTo, Link } from '../router/index.ts';
import { AuthCard } from './auth-card.tsx';
import styles from './auth.module.css';
import { RequestReset } from './request-reset.tsx';
import { SecondFactor } from './second-factor.tsx';
import { useLinkToken } from './use-link-token.ts';

/** Page `/reset-password`: sets a new password by the link of a mail or of the operator. Without a link, it asks for one. */
export function ResetPage(): ReactElement {
  const [token, forget] = useLinkToken();
  const { session } = useDashboard();
  const [password, setPassword] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  const [ticket, setTicket] = useState<string>();
  const confirm = useAction((client, given: string) =>
    client.call('auth.confirmReset', { input: { token: given, password } }),
  );
  const foot = <Link to={{ page: 'auth' }}>{text('auth.to-sign-in')}</Link>;
  if (ticket !== undefined) return <SecondFactor ticket={ticket} onBack={() => goTo({ page: 'auth' })} />;
  if (token?.use !== 'reset') return <RequestReset foot={foot} />;
  return (
    <AuthCard title={text('auth.new-password')} lead={text('auth.new-password.lead')} foot={foot}>
      <form
        className={styles['form']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setIsChecked(true);
          if (newPasswordProblem(password) !== undefined) return;
          void confirm.run(token.token).then((answer) => {
            if (answer === undefined) return;
            forget();
            if (answer.status === 'passkey-needed') {
              setTicket(answer.ticket);
              return;
            }
            session.signedIn(answer.account);
            goTo({ page: 'devices' }, { replace: true });
          });
        }}
      >
        <PasswordField
          label={text('auth.password.new')}
          isNew
          value={password}
          onChange={setPassword}
          hint={text('auth.password.hint')}
          error={isChecked ? newPasswordProblem(password) : undefined}
        />
        {confirm.error !== undefined && <ErrorNotice error={confirm.error} />}
        <Button variant="primary" size="large" type="submit" busy={confirm.busy} className={styles['wide']}>
          {text('auth.new-password.set')}
        </Button>
      </form>
    </AuthCard>
  );
}
