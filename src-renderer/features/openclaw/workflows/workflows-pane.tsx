import { Pencil, Plus, Trash2, Workflow as WorkflowIcon } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import type { Workflow } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { notify, useCall } from '../../../store/index.ts';
import { Button, ConfirmDialog, EmptyState, ErrorNotice, IconButton, RowSkeleton } from '../../../ui/index.ts';
import { SubjectHead } from '../frame/subject-head.tsx';
import styles from './workflows.module.css';
import { WorkflowDialog } from './workflow-dialog.tsx';

type OpenDialog = Readonly<{ kind: 'add' }> | Readonly<{ kind: 'edit' | 'remove'; workflow: Workflow }>;

/**
 * Pane with this device's workflows: prompts and gateway methods that peers with the right `prompt` may start by name. The person
 * adds, edits and removes workflows; the agent saves them.
 */
export function WorkflowsPane(): ReactElement {
  const list = useCall('workflows.list');
  const [workflows, setWorkflows] = useState<readonly Workflow[]>();
  const [dialog, setDialog] = useState<OpenDialog>();
  const { run } = list;
  useEffect(() => {
    void run({}).then((answer) => setWorkflows((before) => answer ?? before));
  }, [run]);
  const close = (): void => setDialog(undefined);
  const known = workflows ?? [];
  return (
    <>
      <SubjectHead
        title={text('openclaw.workflows')}
        about={text('workflows.description')}
        actions={
          <Button
            variant={known.length === 0 ? 'primary' : 'secondary'}
            icon={<Plus aria-hidden="true" />}
            disabled={workflows === undefined}
            onClick={() => setDialog({ kind: 'add' })}
          >
            {text('workflows.add')}
          </Button>
        }
      />
      {list.error !== undefined && <ErrorNotice error={list.error} />}
      {workflows === undefined && list.busy && <RowSkeleton label={text('workflows.loading')} />}
      {workflows?.length === 0 && (
        <EmptyState icon={<WorkflowIcon />} title={text('workflows.none')}>
          <p className={styles['note']}>{text('workflows.none.text')}</p>
        </EmptyState>
      )}
      {known.length > 0 && (
        <ul className={styles['list']} aria-label={text('workflows.list')}>
          {known.map((workflow) => (
            <Row key={workflow.name} workflow={workflow} onOpen={(kind) => setDialog({ kind, workflow })} />
          ))}
        </ul>
      )}
      {(dialog?.kind === 'add' || dialog?.kind === 'edit') && (
        <WorkflowDialog
          workflows={known}
          {...(dialog.kind === 'edit' && { workflow: dialog.workflow })}
          onSaved={setWorkflows}
          onClose={close}
        />
      )}
      {dialog?.kind === 'remove' && (
        <RemoveWorkflow workflow={dialog.workflow} workflows={known} onRemoved={setWorkflows} onClose={close} />
      )}
    </>
  );
}

type RowProps = Readonly<{ workflow: Workflow; onOpen(kind: 'edit' | 'remove'): void }>;

function Row({ workflow, onOpen }: RowProps): ReactElement {
  const { name, description, gateway, action } = workflow;
  return (
    <li className={styles['workflow']}>
      <span className={styles['words']}>
        <strong className={styles['name']}>{name}</strong>
        {description !== '' && <span className={styles['about']}>{description}</span>}
        <span className={styles['what']}>
          {action.kind === 'prompt'
            ? text('workflows.kind.prompt')
            : text('workflows.kind.method', { method: action.method })}{' '}
          · {gateway === null ? text('workflows.gateway.any') : text('workflows.gateway.one', { gateway })}
        </span>
        <code className={styles['action']}>
          {action.kind === 'prompt' ? action.template : JSON.stringify(action.params)}
        </code>
      </span>
      <span className={styles['actions']}>
        <IconButton label={text('workflows.edit', { name })} icon={<Pencil />} onClick={() => onOpen('edit')} />
        <IconButton label={text('workflows.remove', { name })} icon={<Trash2 />} onClick={() => onOpen('remove')} />
      </span>
    </li>
  );
}

type RemoveProps = Readonly<{
  workflow: Workflow;
  workflows: readonly Workflow[];
  onRemoved(workflows: readonly Workflow[]): void;
  onClose(): void;
}>;

function RemoveWorkflow({ workflow: { name }, workflows, onRemoved, onClose }: RemoveProps): ReactElement {
  const set = useCall('workflows.set');
  const apply = async (): Promise<void> => {
    const left = await set.run({ workflows: workflows.filter((other) => other.name !== name) });
    if (left === undefined) return;
    onRemoved(left);
    notify({ tone: 'good', text: text('workflows.removed', { name }) });
    onClose();
  };
  return (
    <ConfirmDialog
      onClose={onClose}
      size="small"
      title={text('workflows.remove.title', { name })}
      apply={text('workflows.remove.apply')}
      call={set}
      onApply={() => void apply()}
    >
      <p className={styles['note']}>{text('workflows.remove.text')}</p>
    </ConfirmDialog>
  );
}
