import { LogOut, Trash2, UserPlus, X } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { InvitationView, PersonView, ProjectView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import {
  Button,
  Chip,
  ConfirmDialog,
  ErrorNotice,
  formatMoment,
  IconButton,
  quoteUntrusted,
  Row,
  RowList,
  UntrustedText,
  useNow,
} from '../../ui/index.ts';
import { useAccount, useAction, useResource } from '../api/index.ts';
import { projectName } from '../formats/index.ts';
import { leaveProject } from '../lost-projects/index.ts';
import { goTo } from '../router/index.ts';
import { Avatar } from '../shell/avatar.tsx';
import { LoadedView } from '../shell/loaded.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import styles from './project.module.css';

/** People of a project and its pending invitations. The owner invites and removes; members may leave. */
export function PeopleTab({ project }: Readonly<{ project: ProjectView }>): ReactElement {
  const params = { project: project.id };
  const people = useResource('people.list', { params });
  const [isInviting, setIsInviting] = useState(false);
  const [removing, setRemoving] = useState<PersonView>();
  const account = useAccount();
  const isOwner = project.role === 'owner';
  const canRemove = ({ id, role }: PersonView): boolean => role === 'member' && (isOwner || id === account.id);
  return (
    <>
      <div className={styles['bar']}>
        <p>{isOwner ? text('project.people.about.owner') : text('project.people.about.member')}</p>
        {isOwner && (
          <Button variant="primary" icon={<UserPlus />} onClick={() => setIsInviting(true)}>
            {text('project.invite')}
          </Button>
        )}
      </div>
      <LoadedView of={people} label={text('project.people.loading')}>
        {({ people: list }) => (
          <RowList label={text('project.tab.people')}>
            {list.map((person) => (
              <PersonRow
                key={person.id}
                person={person}
                isMe={person.id === account.id}
                canRemove={canRemove(person)}
                keepsPlace={list.some(canRemove)}
                onRemove={() => setRemoving(person)}
              />
            ))}
          </RowList>
        )}
      </LoadedView>
      <Invitations project={project} people={people.value?.people ?? []} />
      {isInviting && <InviteDialog project={project} onClose={() => setIsInviting(false)} />}
      {removing !== undefined && (
        <RemovePersonDialog
          project={project}
          person={removing}
          isMe={removing.id === account.id}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </>
  );
}

type PersonRowProps = Readonly<{
  person: PersonView;
  isMe: boolean;
  canRemove: boolean;
  /** Another row has a button, whose place is kept here, so that the roles are in one column. */
  keepsPlace: boolean;
  onRemove(): void;
}>;

function PersonRow({ person, isMe, canRemove, keepsPlace, onRemove }: PersonRowProps): ReactElement {
  const { id, name, picture, email, role } = person;
  return (
    <Row
      tall
      lead={<Avatar name={name} id={id} picture={picture} />}
      title={<UntrustedText>{name}</UntrustedText>}
      detail={[isMe ? text('project.people.you') : '', email ?? ''].filter((part) => part !== '').join(' · ')}
      note={<Chip tone={role === 'owner' ? 'info' : 'neutral'}>{text(`project.role.${role}`)}</Chip>}
      keepsNote
      tail={
        canRemove ? (
          <IconButton
            size="small"
            label={isMe ? text('project.leave') : text('project.people.remove.of', { name: quoteUntrusted(name) })}
            icon={isMe ? <LogOut /> : <Trash2 />}
            onClick={onRemove}
          />
        ) : (
          keepsPlace && <div className={styles['no-button']} />
        )
      }
    />
  );
}

function RemovePersonDialog({
  project,
  person,
  isMe,
  onClose,
}: Readonly<{ project: ProjectView; person: PersonView; isMe: boolean; onClose(): void }>): ReactElement {
  const params = { project: project.id };
  const remove = useAction((client) => {
    if (isMe) leaveProject(person.id, project.id);
    return isMe
      ? client.call('projects.leave', { params })
      : client.call('people.remove', { params: { ...params, person: person.id } });
  });
  const name = quoteUntrusted(person.name);
  return (
    <ConfirmDialog
      title={
        isMe
          ? text('project.leave.title', { project: quoteUntrusted(projectName(project)) })
          : text('project.people.remove.title', { name })
      }
      apply={isMe ? text('project.leave') : text('project.people.remove')}
      keep={text('ui.cancel')}
      call={remove}
      onClose={onClose}
      onApply={() =>
        void remove.run().then((done) => {
          if (done === undefined) return;
          onClose();
          if (isMe) goTo({ page: 'projects' }, { replace: true });
        })
      }
    >
      <p>{isMe ? text('project.leave.text') : text('project.people.remove.text', { name })}</p>
    </ConfirmDialog>
  );
}

function Invitations({
  project,
  people,
}: Readonly<{ project: ProjectView; people: readonly PersonView[] }>): ReactElement | null {
  const invitations = useResource('invitations.list', { params: { project: project.id } });
  const { value, error } = invitations;
  if (error === undefined && (value === undefined || value.invitations.length === 0)) return null;
  return (
    <section className={styles['section']} aria-labelledby="invitations">
      <h2 id="invitations" className={styles['heading']}>
        {text('project.invitations')}
      </h2>
      <LoadedView of={invitations} label={text('ui.loading')}>
        {({ invitations: list }) => (
          <RowList label={text('project.invitations')}>
            {list.map((invitation) => (
              <InvitationRow
                key={invitation.id}
                project={project}
                invitation={invitation}
                inviter={people.find(({ id }) => id === invitation.invitedBy)}
              />
            ))}
          </RowList>
        )}
      </LoadedView>
    </section>
  );
}

function InvitationRow({
  project,
  invitation,
  inviter,
}: Readonly<{ project: ProjectView; invitation: InvitationView; inviter: PersonView | undefined }>): ReactElement {
  const now = useNow(60_000);
  const cancel = useAction((client) =>
    client.call('invitations.cancel', { params: { project: project.id, invitation: invitation.id } }),
  );
  const isOver = invitation.expiresAt <= now;
  const facts = [
    inviter === undefined ? '' : text('project.invitation.by', { name: quoteUntrusted(inviter.name) }),
    isOver
      ? text('project.invitation.over')
      : text('project.invitation.until', { until: formatMoment(invitation.expiresAt, now) }),
  ];
  return (
    <>
      <Row
        tall
        // No picture: it would say whether the address has an account.
        lead={<Avatar name={localPart(invitation.email)} id={invitation.email} picture={null} />}
        title={invitation.email}
        detail={facts.filter((fact) => fact !== '').join(' · ')}
        tail={
          project.role === 'owner' && (
            <IconButton
              size="small"
              label={text('project.invitation.cancel', { email: invitation.email })}
              icon={<X />}
              busy={cancel.busy}
              onClick={() => void cancel.run()}
            />
          )
        }
      />
      {cancel.error !== undefined && (
        <li>
          <ErrorNotice error={cancel.error} onDismiss={cancel.reset} />
        </li>
      )}
    </>
  );
}

/** Returns an address up to its last at sign. Pure. */
function localPart(email: string): string {
  return email.slice(0, email.lastIndexOf('@'));
}
