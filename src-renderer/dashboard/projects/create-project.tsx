import { useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { ErrorNotice, Field, FormDialog, TextInput } from '../../ui/index.ts';
import { useAction } from '../api/index.ts';
import { nameProblem } from '../forms/index.ts';
import { goTo } from '../router/index.ts';

/** Dialog that creates a project and opens it. */
export function CreateProjectDialog({ onClose }: Readonly<{ onClose(): void }>): ReactElement {
  const [name, setName] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  const create = useAction((client) => client.call('projects.create', { input: { name } }));
  return (
    <FormDialog
      title={text('projects.create')}
      description={text('projects.create.about')}
      size="small"
      apply={text('projects.create.apply')}
      busy={create.busy}
      onClose={onClose}
      onApply={() => {
        setIsChecked(true);
        if (nameProblem(name) !== undefined) return;
        void create.run().then((project) => {
          if (project === undefined) return;
          onClose();
          goTo({ page: 'project', project: project.id, tab: 'devices' });
        });
      }}
    >
      <Field label={text('projects.name')} error={isChecked ? nameProblem(name) : undefined}>
        <TextInput value={name} onChange={setName} placeholder={text('projects.name.example')} />
      </Field>
      {create.error !== undefined && <ErrorNotice error={create.error} />}
    </FormDialog>
  );
}
