import { useState, type ReactElement } from 'react';
import type { DeviceView, ProjectView } from '#shared/platform/index.ts';
import { text } from '../../locale/index.ts';
import { ErrorNotice, Field, FormDialog, TextInput } from '../../ui/index.ts';
import { useAction, useResource } from '../api/index.ts';
import { nameProblem } from '../forms/index.ts';
import { deviceName } from './device-name.ts';

export type NameLinkedProps = Readonly<{ project: ProjectView; onClose(): void }>;

/** Dialog that says that a machine has given its project to this account, and asks for the names of both. Each may stay empty. */
export function NameLinkedDialog({ project, onClose }: NameLinkedProps): ReactElement {
  const { devices = [] } = useResource('devices.list', { params: { project: project.id } }).value ?? {};
  const machine = devices.find(({ id }) => id === project.ownerDevice);
  return <Form key={machine?.label ?? ''} project={project} machine={machine} onClose={onClose} />;
}

function Form({
  project,
  machine,
  onClose,
}: NameLinkedProps & Readonly<{ machine: DeviceView | undefined }>): ReactElement {
  const [name, setName] = useState(project.name);
  const [label, setLabel] = useState(machine?.label ?? '');
  const [isChecked, setIsChecked] = useState(false);
  const save = useAction(async (client) => {
    const params = { project: project.id };
    if (name.trim() !== '') await client.call('projects.change', { params, input: { name } });
    if (machine !== undefined && label.trim() !== '' && label !== machine.label)
      await client.call('devices.change', { params: { ...params, device: machine.id }, input: { label } });
    return true;
  });
  const problems = [optionalProblem(name), optionalProblem(label)] as const;
  const [nameError, labelError] = isChecked ? problems : [];
  return (
    <FormDialog
      title={
        machine === undefined
          ? text('devices.linked')
          : text('devices.linked.named', { name: deviceName({ id: machine.id, label: machine.label }) })
      }
      description={text('devices.linked.about')}
      size="small"
      apply={text('site.save')}
      leave={text('devices.linked.later')}
      busy={save.busy}
      onClose={onClose}
      onApply={() => {
        setIsChecked(true);
        if (problems.some((problem) => problem !== undefined)) return;
        void save.run().then((done) => done !== undefined && onClose());
      }}
    >
      <Field label={text('projects.name')} error={nameError}>
        <TextInput value={name} onChange={setName} placeholder={text('projects.name.example')} />
      </Field>
      <Field label={text('devices.linked.machine')} error={labelError}>
        <TextInput value={label} onChange={setLabel} />
      </Field>
      {save.error !== undefined && <ErrorNotice error={save.error} />}
    </FormDialog>
  );
}

/** Returns what is wrong with a name that may stay empty. */
function optionalProblem(name: string): string | undefined {
  return name.trim() === '' ? undefined : nameProblem(name);
}
