import type { ReactElement } from 'react';
import type { InvitationToMe } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import {
  Button,
  ErrorNotice,
  formatMoment,
  quoteUntrusted,
  Row,
  RowList,
  UntrustedText,
  useNow,
} from '../../ui/index.ts';
import { useAction, useResource } from '../api/index.ts';
import { projectName } from '../formats/index.ts';
import { goTo } from '../router/index.ts';
import { Avatar } from '../shell/avatar.tsx';
import { LoadedView } from '../shell/loaded.tsx';
import styles from './projects.module.css';

/** Invitations to the account's own address, each with its answers. Nothing is shown without one. */
export function MyInvitations(): ReactElement | null {
  const mine = useResource('invitations.mine');
  const { value, error } = mine;
  if (error === undefined && (value === undefined || value.invitations.length === 0)) return null;
  return (
    <section className={styles['invitations']} aria-labelledby="invitations">
      <h2 id="invitations" className={styles['heading']}>
        {text('projects.invitations')}
      </h2>
      <LoadedView of={mine} label={text('ui.loading')}>
        {({ invitations }) => (
          <RowList label={text('projects.invitations')}>
            {invitations.map((invitation) => (
              <InvitationRow key={invitation.id} invitation={invitation} />
            ))}
          </RowList>
        )}
      </LoadedView>
    </section>
  );
}

function InvitationRow({ invitation }: Readonly<{ invitation: InvitationToMe }>): ReactElement {
  const now = useNow(60_000);
  const params = { invitation: invitation.id };
  const accept = useAction((client) => client.call('invitations.accept', { params }));
  const decline = useAction((client) => client.call('invitations.decline', { params }));
  const error = accept.error ?? decline.error;
  return (
    <>
      <Row
        tall
        wraps
        stacks
        lead={<Avatar name={invitation.invitedBy} id={invitation.invitedBy} picture={invitation.picture} />}
        title={
          <UntrustedText>
            {projectName({ name: invitation.projectName, owner: { name: invitation.invitedBy } })}
          </UntrustedText>
        }
        detail={text('projects.invitations.by', {
          name: quoteUntrusted(invitation.invitedBy),
          until: formatMoment(invitation.expiresAt, now),
        })}
        tail={
          <div className={styles['answers']}>
            <Button size="small" busy={decline.busy} onClick={() => void decline.run()}>
              {text('projects.invitations.decline')}
            </Button>
            <Button
              size="small"
              variant="primary"
              busy={accept.busy}
              onClick={() =>
                void accept.run().then((project) => {
                  if (project !== undefined) goTo({ page: 'project', project: project.id, tab: 'devices' });
                })
              }
            >
              {text('projects.invitations.accept')}
            </Button>
          </div>
        }
      />
      {error !== undefined && (
        <li>
          <ErrorNotice error={error} />
        </li>
      )}
    </>
  );
}
