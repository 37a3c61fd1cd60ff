import { useState, type ReactElement } from 'react';
import { text } from '../../../locale/index.ts';
import { FormDialog } from '../../../ui/index.ts';
import { showAnswer } from '../prompts/answer.ts';
import { EXAMPLE_PARAMS, JsonField } from './json-field.tsx';
import type { NamedWorkflow } from './workflow-menu.tsx';
import { parseJsonParams } from './workflow-draft.ts';

type RunDialogProps = Readonly<{
  workflow: NamedWorkflow;
  /** Name of the recipient, quoted for a sentence. */
  name: string;
  /** Starts the workflow. */
  onRun(params: Readonly<Record<string, unknown>>): void;
  onClose(): void;
}>;

/** Dialog that starts a recipient's workflow through the conversation with it; the person can add parameters. */
export function RunDialog({ workflow, name, onRun, onClose }: RunDialogProps): ReactElement {
  const [params, setParams] = useState('');
  const read = parseJsonParams(params);
  return (
    <FormDialog
      onClose={onClose}
      title={text('prompts.workflow.run.title', { workflow: workflow.name, name })}
      description={workflow.description === '' ? undefined : showAnswer(workflow.description)}
      apply={text('prompts.workflow.run.apply')}
      disabled={read.kind === 'problem'}
      onApply={() => {
        if (read.kind === 'problem') return;
        onRun(read.params);
        onClose();
      }}
    >
      <JsonField
        label={text('prompts.workflow.params')}
        hint={text('prompts.workflow.params.hint', { example: EXAMPLE_PARAMS })}
        value={params}
        onChange={setParams}
      />
    </FormDialog>
  );
}
