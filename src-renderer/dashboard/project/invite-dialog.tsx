import { useState, type ReactElement } from 'react';
import type { ProjectView, RouteOutput } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { Button, Dialog, ErrorNotice, Field, FormDialog, TextInput } from '../../ui/index.ts';
import { useAction } from '../api/index.ts';
import { CopyableText } from '../copyable/index.ts';
import { emailProblem } from '../forms/index.ts';

type Answer = RouteOutput<'invitations.create'>;

/** Dialog that invites an address. Without mail, the relay answers with a link to hand over, which is shown only here. */
export function InviteDialog({ project, onClose }: Readonly<{ project: ProjectView; onClose(): void }>): ReactElement {
  const [email, setEmail] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  const [answer, setAnswer] = useState<Answer>();
  const invite = useAction((client) =>
    client.call('invitations.create', { params: { project: project.id }, input: { email } }),
  );
  if (answer !== undefined) return <Invited answer={answer} email={email} onClose={onClose} />;
  return (
    <FormDialog
      title={text('project.invite')}
      description={text('project.invite.about')}
      apply={text('project.invite.apply')}
      busy={invite.busy}
      onClose={onClose}
      onApply={() => {
        setIsChecked(true);
        if (emailProblem(email) === undefined) void invite.run().then(setAnswer);
      }}
    >
      <Field label={text('auth.email')} error={isChecked ? emailProblem(email) : undefined}>
        <TextInput type="email" value={email} onChange={setEmail} autoCapitalize="none" />
      </Field>
      {invite.error !== undefined && <ErrorNotice error={invite.error} />}
    </FormDialog>
  );
}

function Invited({
  answer,
  email,
  onClose,
}: Readonly<{ answer: Answer; email: string; onClose(): void }>): ReactElement {
  const link = answer.status === 'invited' ? answer.link : null;
  const [title, lead] =
    answer.status === 'added'
      ? [text('project.invited.added'), text('project.invited.added.text', { email })]
      : link === null
        ? [text('project.invited'), text('project.invited.mailed', { email })]
        : [text('project.invited.link'), text('project.invited.link.text', { email })];
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={lead}
      actions={
        <Button variant={link === null ? 'primary' : 'secondary'} onClick={onClose}>
          {text('site.done')}
        </Button>
      }
    >
      {link !== null && <CopyableText value={link} label={text('project.invited.copy')} />}
    </Dialog>
  );
}
