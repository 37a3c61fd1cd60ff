import { useState, type ReactElement } from 'react';
import { INSTANCE_ID } from '#shared/foreign/index.ts';
import type { InstanceView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import {
  Banner,
  Button,
  ConfirmDialog,
  Dialog,
  ErrorNotice,
  Field,
  FormDialog,
  quoteUntrusted,
  TextInput,
} from '../../ui/index.ts';
import { useAction } from '../api/index.ts';
import { CopyableText } from '../copyable/index.ts';
import { nameProblem } from '../forms/index.ts';

type ProgramDialogProps = Readonly<{ project: string; program: InstanceView; onClose(): void }>;

/** Dialog that adds a foreign program and shows its key once. The warning stands before the first field. */
export function AddProgramDialog({ project, onClose }: Readonly<{ project: string; onClose(): void }>): ReactElement {
  const [name, setName] = useState('');
  const [id, setId] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  const [key, setKey] = useState<string>();
  const create = useAction((client) => client.call('instances.create', { params: { project }, input: { id, name } }));
  if (key !== undefined) return <KeyDialog secret={key} name={quoteUntrusted(name)} onClose={onClose} />;
  return (
    <FormDialog
      title={text('project.programs.add')}
      apply={text('project.programs.create')}
      busy={create.busy}
      onClose={onClose}
      onApply={() => {
        setIsChecked(true);
        if (nameProblem(name) === undefined && idProblem(id) === undefined)
          void create.run().then((made) => made !== undefined && setKey(made.key));
      }}
    >
      <Banner tone="bad">{text('project.programs.warning')}</Banner>
      <Field label={text('devices.label')} error={isChecked ? nameProblem(name) : undefined}>
        <TextInput value={name} onChange={setName} placeholder={text('project.programs.example')} />
      </Field>
      <Field
        label={text('project.programs.id')}
        hint={text('project.programs.id.hint')}
        error={isChecked ? idProblem(id) : undefined}
      >
        <TextInput value={id} onChange={setId} placeholder={text('project.programs.id.example')} />
      </Field>
      {create.error !== undefined && <ErrorNotice error={create.error} />}
    </FormDialog>
  );
}

/** Dialog that makes a new key of a program, after it has said that the one before it ends. */
export function NewKeyDialog({ project, program, onClose }: ProgramDialogProps): ReactElement {
  const [key, setKey] = useState<string>();
  const name = quoteUntrusted(program.name);
  const create = useAction((client) =>
    client.call('instances.createKey', { params: { project, instance: program.id } }),
  );
  if (key !== undefined) return <KeyDialog secret={key} name={name} onClose={onClose} />;
  return (
    <ConfirmDialog
      title={text('project.programs.key.title', { name })}
      apply={text('project.programs.key.new')}
      variant="danger"
      call={create}
      onClose={onClose}
      onApply={() => void create.run().then((made) => made !== undefined && setKey(made.key))}
    >
      <p>{text('project.programs.key.ends')}</p>
    </ConfirmDialog>
  );
}

/** Dialog that removes a program. */
export function RemoveProgramDialog({ project, program, onClose }: ProgramDialogProps): ReactElement {
  const remove = useAction((client) => client.call('instances.delete', { params: { project, instance: program.id } }));
  return (
    <ConfirmDialog
      title={text('devices.remove.title', { name: quoteUntrusted(program.name) })}
      apply={text('devices.remove')}
      keep={text('ui.cancel')}
      call={remove}
      onClose={onClose}
      onApply={() => void remove.run().then((done) => done !== undefined && onClose())}
    >
      <p>{text('project.programs.remove.text')}</p>
    </ConfirmDialog>
  );
}

function KeyDialog({
  secret,
  name,
  onClose,
}: Readonly<{ secret: string; name: string; onClose(): void }>): ReactElement {
  return (
    <Dialog
      open
      onClose={onClose}
      title={text('project.programs.key', { name })}
      description={text('project.programs.key.text')}
      actions={
        <Button variant="primary" onClick={onClose}>
          {text('site.done')}
        </Button>
      }
    >
      <CopyableText value={secret} label={text('project.programs.key.copy')} />
    </Dialog>
  );
}

/** Returns what is wrong with an ID that a person chooses; undefined if nothing is. */
function idProblem(id: string): string | undefined {
  return INSTANCE_ID.test(id) ? undefined : text('project.programs.id.problem');
}
