import { useEffect, useState, type ReactElement } from 'react';
import type { SignInAnswer } from '#shared/platform/index.ts';
import { joinSentences, text } from '../../locale/index.ts';
import { useDashboard, useRelay, useSession, type SessionStatus } from '../api/index.ts';
import { goTo, useRoute } from '../router/index.ts';
import { FormSkeleton } from '../shell/form-skeleton.tsx';
import { Waiting } from '../shell/waiting.tsx';
import { AuthCard } from './auth-card.tsx';
import styles from './auth.module.css';
import { CheckMail } from './check-mail.tsx';
import { FirstAccount } from './first-account.tsx';
import { Invitation } from './invitation.tsx';
import { RequestReset } from './request-reset.tsx';
import { SecondFactor } from './second-factor.tsx';
import { SignInForm } from './sign-in-form.tsx';
import { SignUpForm } from './sign-up-form.tsx';
import { useLinkToken } from './use-link-token.ts';
import { VerifyAddress } from './verify-address.tsx';
import { Banner, Button } from '../../ui/index.ts';

type View = 'sign-in' | 'sign-up' | 'reset' | 'mail-sent';

/** Page `/auth`: signing in and up, and what the relay's one-time links are for. Leads to where the person wanted to go once they are signed in. */
export function AuthPage(): ReactElement {
  const route = useRoute();
  const { session } = useDashboard();
  const status = useSession();
  const relay = useRelay();
  const [token, forget] = useLinkToken();
  const [view, setView] = useState<View>('sign-in');
  const [ticket, setTicket] = useState<string>();
  const [invited, setInvited] = useState<string>();
  const isSignedIn = status.state === 'signed-in';
  const next = (route.page === 'auth' ? route.next : undefined) ?? '/dashboard';
  const isDone = isSignedIn && token === undefined;
  useEffect(() => {
    if (isDone) goTo(next, { replace: true });
  }, [isDone, next]);

  const accept = (answer: SignInAnswer): void => {
    if (answer.status === 'signed-in') session.signedIn(answer.account);
    else setTicket(answer.ticket);
  };
  const signInButton = (label: string): ReactElement => (
    <button
      type="button"
      className={styles['text-button']}
      onClick={() => {
        forget();
        setView('sign-in');
      }}
    >
      {label}
    </button>
  );
  const toSignIn = signInButton(text('auth.to-sign-in'));
  const hasAccount = signInButton(text('auth.invite.has-account'));
  // The invitation says who invites, and offers to sign in.
  const back = (
    <button type="button" className={styles['text-button']} onClick={() => setView('sign-in')}>
      {text('auth.back')}
    </button>
  );
  if (status.state === 'loading' || isDone) return <FormSkeleton />;
  // The next person starts without the keys of this one.
  if (status.state === 'signed-out' && status.keys === 'removing')
    return (
      <AuthCard title={text('auth.leaving')} lead={text('auth.leaving.text')}>
        <Waiting within />
      </AuthCard>
    );
  if (ticket !== undefined && !isSignedIn) return <SecondFactor ticket={ticket} onBack={() => setTicket(undefined)} />;
  if (token?.use === 'verify')
    return <VerifyAddress token={token.token} isSignedIn={isSignedIn} onAnswer={accept} onEnd={forget} />;
  if (token?.use === 'invite' && (isSignedIn || view === 'sign-in'))
    return (
      <Invitation
        token={token.token}
        isSignedIn={isSignedIn}
        onSignUp={(address) => {
          setInvited(address);
          setView('sign-up');
        }}
        onAnswer={accept}
        onEnd={forget}
      />
    );
  // A link for a new account, such as the one of the relay's first start, which was kept.
  if (isSignedIn && token !== undefined)
    return (
      <AuthCard title={text('auth.signed-in')} lead={text('auth.signed-in.text')}>
        <Button variant="primary" size="large" className={styles['wide']} onClick={forget}>
          {text('auth.signed-in.go-on')}
        </Button>
      </AuthCard>
    );
  if (!isSignedIn && (token?.use === 'sign-up' || token?.use === 'invite' || view === 'sign-up')) {
    const form = (
      <SignUpForm
        token={token?.use === 'sign-up' || token?.use === 'invite' ? token : undefined}
        invited={token?.use === 'invite' ? invited : undefined}
        onMailed={() => setView('mail-sent')}
        onSignedIn={(account) => {
          forget();
          session.signedIn(account);
        }}
        onAnswer={accept}
        foot={token?.use === 'invite' ? back : hasAccount}
      />
    );
    if (token?.use !== 'sign-up') return form;
    return (
      <FirstAccount key={token.token} token={token.token} foot={toSignIn}>
        {form}
      </FirstAccount>
    );
  }
  if (view === 'reset') return <RequestReset foot={toSignIn} />;
  if (view === 'mail-sent') return <CheckMail lead={text('auth.check-mail.sign-up')} foot={toSignIn} />;
  return (
    <AuthCard
      hasPromise
      title={text('auth.sign-in')}
      foot={
        <>
          <button type="button" className={styles['text-button']} onClick={() => setView('reset')}>
            {text('auth.forgot')}
          </button>
          <button type="button" className={styles['text-button']} onClick={() => setView('sign-up')}>
            {relay?.signUp === 'open' ? text('auth.to-sign-up') : text('auth.no-account')}
          </button>
        </>
      }
    >
      {status.state === 'signed-out' && <KeysNotice ended={status.ended} keys={status.keys} />}
      {status.state === 'signed-out' && status.keys === 'kept' && <Banner tone="bad">{text('auth.keys.kept')}</Banner>}
      <SignInForm onAnswer={accept} />
    </AuthCard>
  );
}

/** Says why the keys of this browser are gone, and whether a machine may not know it yet. Renders nothing where none were removed. */
function KeysNotice({
  ended,
  keys,
}: Pick<Extract<SessionStatus, { state: 'signed-out' }>, 'ended' | 'keys'>): ReactElement | null {
  const isRemoved = keys === 'removed' || keys === 'untold';
  if (!ended && !isRemoved) return null;
  return (
    <Banner tone="neutral">
      {joinSentences(
        text(ended ? (isRemoved ? 'auth.ended.keys' : 'auth.ended') : 'auth.left.keys'),
        keys === 'untold' ? text('auth.keys.untold') : '',
      )}
    </Banner>
  );
}
