import { useEffect, useState, type ReactElement } from 'react';
import type { InvitationToMe, SignInAnswer } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { Button, ErrorNotice, quoteUntrusted } from '../../ui/index.ts';
import { useAction } from '../api/index.ts';
import { projectName } from '../formats/index.ts';
import { goTo } from '../router/index.ts';
import { Waiting } from '../shell/waiting.tsx';
import { AuthCard } from './auth-card.tsx';
import styles from './auth.module.css';
import { SignInForm } from './sign-in-form.tsx';

export type InvitationProps = Readonly<{
  token: string;
  isSignedIn: boolean;
  /** @param invited address of the invitation */
  onSignUp(invited: string): void;
  onAnswer(answer: SignInAnswer): void;
  /** The link was used, or the person goes on without it. */
  onEnd(): void;
}>;

/** Shows who invites to which project. Someone with an account accepts by a click; others sign in, or create an account. */
export function Invitation({ token, isSignedIn, onSignUp, onAnswer, onEnd }: InvitationProps): ReactElement {
  const { run: lookUp, error } = useAction((client) => client.call('invitations.lookUp', { input: { token } }));
  const [invitation, setInvitation] = useState<InvitationToMe>();
  const [hasAccount, setHasAccount] = useState(false);
  const redeem = useAction((client) => client.call('invitations.redeem', { input: { token } }));
  useEffect(() => {
    void lookUp().then(setInvitation);
  }, [lookUp]);
  const leave = (
    <button type="button" className={styles['text-button']} onClick={onEnd}>
      {text('auth.invite.leave')}
    </button>
  );
  if (error !== undefined)
    return (
      <AuthCard title={text('auth.invite')} foot={leave}>
        <ErrorNotice error={error} />
      </AuthCard>
    );
  if (invitation === undefined) return <Waiting within />;
  const title = text('auth.invite.to', {
    project: quoteUntrusted(projectName({ name: invitation.projectName, owner: { name: invitation.invitedBy } })),
  });
  const lead = text('auth.invite.by', { name: quoteUntrusted(invitation.invitedBy), email: invitation.email });
  if (isSignedIn)
    return (
      <AuthCard title={title} lead={lead} foot={leave}>
        {redeem.error !== undefined && <ErrorNotice error={redeem.error} />}
        <Button
          variant="primary"
          size="large"
          busy={redeem.busy}
          className={styles['wide']}
          onClick={() =>
            void redeem.run().then((project) => {
              if (project === undefined) return;
              // The address is changed first: without its token the page would lead to the machines.
              goTo({ page: 'project', project: project.id, tab: 'devices' }, { replace: true });
            })
          }
        >
          {text('auth.invite.accept')}
        </Button>
      </AuthCard>
    );
  if (hasAccount)
    return (
      <AuthCard
        title={text('auth.sign-in')}
        lead={title}
        foot={
          <button type="button" className={styles['text-button']} onClick={() => setHasAccount(false)}>
            {text('auth.back')}
          </button>
        }
      >
        <SignInForm invited={invitation.email} onAnswer={onAnswer} />
      </AuthCard>
    );
  return (
    <AuthCard title={title} lead={lead} foot={leave}>
      <Button variant="primary" size="large" className={styles['wide']} onClick={() => onSignUp(invitation.email)}>
        {text('auth.sign-up.create')}
      </Button>
      <Button size="large" className={styles['wide']} onClick={() => setHasAccount(true)}>
        {text('auth.invite.has-account')}
      </Button>
    </AuthCard>
  );
}
