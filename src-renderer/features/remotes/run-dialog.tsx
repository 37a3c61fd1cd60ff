import { useId, useState, type ReactElement } from 'react';
import { text } from '../../i18n/index.ts';
import { Button, Dialog } from '../../ui/index.ts';
import { showAnswer } from './answer.ts';
import { EXAMPLE_PARAMS, JsonField } from './json-field.tsx';
import type { NamedWorkflow } from './remote-workflows.tsx';
import styles from './remotes.module.css';
import { readParams } from './workflow-draft.ts';

type RunDialogProps = Readonly<{
  workflow: NamedWorkflow;
  /** Where, as part of a sentence. */
  name: string;
  onRun(params: Readonly<Record<string, unknown>>): void;
  onClose(): void;
}>;

/** A workflow of a peer, with what it is given. */
export function RunDialog({ workflow, name, onRun, onClose }: RunDialogProps): ReactElement {
  const form = useId();
  const [params, setParams] = useState('');
  const read = readParams(params);
  return (
    <Dialog
      open
      onClose={onClose}
      title={text('remotes.workflow.run.title', { workflow: workflow.name, name })}
      description={workflow.description === '' ? undefined : showAnswer(workflow.description)}
      actions={
        <>
          <Button onClick={onClose}>{text('ui.cancel')}</Button>
          <Button variant="primary" type="submit" form={form} disabled={read.kind === 'problem'}>
            {text('remotes.workflow.run.apply')}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className={styles['form']}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (read.kind === 'problem') return;
          onRun(read.params);
          onClose();
        }}
      >
        <JsonField
          label={text('remotes.workflow.params')}
          hint={text('remotes.workflow.params.hint', { example: EXAMPLE_PARAMS })}
          value={params}
          onChange={setParams}
        />
      </form>
    </Dialog>
  );
}
