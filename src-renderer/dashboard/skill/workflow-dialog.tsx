import { useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Field, FormDialog, TextArea, TextInput } from '../../ui/index.ts';
import { readParams, workflowProblem } from './workflow-input.ts';

/** Dialog that runs a workflow of the node by its name. */
export function WorkflowDialog({
  onClose,
  onRun,
}: Readonly<{
  onClose(): void;
  onRun(workflow: string, params: Record<string, unknown> | undefined): void;
}>): ReactElement {
  const [workflow, setWorkflow] = useState('');
  const [json, setJson] = useState('');
  const [isChecked, setIsChecked] = useState(false);
  const params = readParams(json);
  const problem = workflowProblem(workflow);
  return (
    <FormDialog
      title={text('skill.workflow')}
      description={text('skill.workflow.about')}
      apply={text('skill.workflow.run')}
      onClose={onClose}
      onApply={() => {
        setIsChecked(true);
        if (problem === undefined && params !== 'invalid') onRun(workflow.trim(), params);
      }}
    >
      <Field label={text('skill.workflow.name')} error={isChecked ? problem : undefined}>
        <TextInput value={workflow} onChange={setWorkflow} autoCapitalize="none" mono />
      </Field>
      <Field
        label={text('skill.workflow.params')}
        hint={text('skill.workflow.params.hint')}
        error={isChecked && params === 'invalid' ? text('skill.workflow.params.invalid') : undefined}
      >
        <TextArea value={json} onChange={setJson} mono />
      </Field>
    </FormDialog>
  );
}
