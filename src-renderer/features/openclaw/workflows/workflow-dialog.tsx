import { useState, type ReactElement } from 'react';
import type { Workflow } from '#shared/app-api/index.ts';
import { joinList, text } from '../../../locale/index.ts';
import { notify, useApp, useCall } from '../../../store/index.ts';
import {
  ErrorNotice,
  Field,
  FormDialog,
  RadioGroup,
  Select,
  TextArea,
  TextInput,
  quoteUntrusted,
} from '../../../ui/index.ts';
import { JsonField } from './json-field.tsx';
import styles from './workflows.module.css';
import {
  checkWorkflow,
  workflowDraft,
  EMPTY_WORKFLOW,
  templatePlaceholders,
  workflowOf,
  type WorkflowDraft,
  type WorkflowField,
} from './workflow-draft.ts';

/** Placeholder of the method's field, the same in every language. */
const EXAMPLE = 'cron.run';

export type WorkflowDialogProps = Readonly<{
  /** All workflows of this device; the agent saves them together. */
  workflows: readonly Workflow[];
  /** Workflow to edit; without it the dialog adds one. */
  workflow?: Workflow;
  /** Receives all workflows as saved. */
  onSaved(workflows: readonly Workflow[]): void;
  onClose(): void;
}>;

/**
 * Dialog that adds or edits a workflow of this device: its name, description, gateway, and the prompt or gateway method that it runs. The agent saves
 * it.
 */
export function WorkflowDialog({ workflows, workflow, onSaved, onClose }: WorkflowDialogProps): ReactElement {
  const set = useCall('workflows.set');
  const gateways = useApp((state) => state.gateways);
  const [draft, setDraft] = useState<WorkflowDraft>(() =>
    workflow === undefined ? EMPTY_WORKFLOW : workflowDraft(workflow),
  );
  const [left, setLeft] = useState<ReadonlySet<WorkflowField>>(new Set());
  const [tried, setTried] = useState(false);
  const problems = checkWorkflow(
    draft,
    workflows.filter(({ name }) => name !== workflow?.name).map(({ name }) => name),
  );
  const change = (fields: Partial<WorkflowDraft>): void => {
    setDraft((before) => ({ ...before, ...fields }));
    set.reset();
  };
  const leave = (field: WorkflowField) => () => setLeft((before) => new Set([...before, field]));
  /** Returns a field's problem: a missing value after the field was left, others while typing. */
  const wrong = (field: WorkflowField): string | undefined => {
    const problem = problems[field];
    if (problem === undefined || (problem === 'missing' && !tried && !left.has(field))) return undefined;
    return problemText(field, problem);
  };
  const apply = async (): Promise<void> => {
    setTried(true);
    if (Object.keys(problems).length > 0) return;
    const made = workflowOf(draft);
    const index = workflows.findIndex(({ name }) => name === workflow?.name);
    const saved = await set.run({
      workflows: index === -1 ? [...workflows, made] : workflows.map((other, at) => (at === index ? made : other)),
    });
    if (saved === undefined) return;
    onSaved(saved);
    notify({ tone: 'good', text: text('workflows.saved', { name: made.name }) });
    onClose();
  };
  const placeholders = templatePlaceholders(draft.template);
  return (
    <FormDialog
      onClose={onClose}
      size="large"
      title={
        workflow === undefined ? text('workflows.dialog.add') : text('workflows.dialog.edit', { name: workflow.name })
      }
      apply={text('workflows.apply')}
      busy={set.busy}
      onApply={() => void apply()}
    >
      <Field label={text('workflows.field.name')} hint={text('workflows.field.name.hint')} error={wrong('name')}>
        <TextInput mono value={draft.name} onChange={(name) => change({ name })} onBlur={leave('name')} />
      </Field>
      <Field
        label={text('workflows.field.description')}
        hint={text('workflows.field.description.hint')}
        error={wrong('description')}
      >
        <TextInput value={draft.description} onChange={(description) => change({ description })} />
      </Field>
      <Select
        label={text('workflows.field.gateway')}
        value={draft.gateway}
        options={[
          { value: '', label: text('workflows.field.gateway.any') },
          ...gatewayNames(
            draft,
            gateways.map(({ settings }) => settings.name),
          ).map((name) => ({
            value: name,
            label: quoteUntrusted(name),
          })),
        ]}
        onChange={(gateway) => change({ gateway })}
      />
      <RadioGroup
        label={text('workflows.field.kind')}
        value={draft.kind}
        options={(['prompt', 'method'] as const).map((kind) => ({
          value: kind,
          label: text(`workflows.field.kind.${kind}`),
          description: text(`workflows.field.kind.${kind}.explain`),
        }))}
        onChange={(kind) => change({ kind })}
      />
      {draft.kind === 'prompt' ? (
        <Field
          label={text('workflows.field.template')}
          hint={
            <>
              {text('workflows.field.template.hint', { example: '{{branch}}' })}
              {placeholders.length > 0 && (
                <strong className={styles['placeholders']}>
                  {text('workflows.field.template.placeholders', { placeholders: joinList(placeholders) })}
                </strong>
              )}
            </>
          }
          error={wrong('template')}
        >
          <TextArea
            rows={5}
            value={draft.template}
            onChange={(template) => change({ template })}
            onBlur={leave('template')}
          />
        </Field>
      ) : (
        <>
          <Field label={text('workflows.field.method')} error={wrong('method')}>
            <TextInput
              mono
              value={draft.method}
              placeholder={EXAMPLE}
              onChange={(method) => change({ method })}
              onBlur={leave('method')}
            />
          </Field>
          <JsonField
            label={text('workflows.field.params')}
            hint={text('workflows.field.params.hint')}
            value={draft.params}
            onChange={(params) => change({ params })}
          />
        </>
      )}
      {set.error !== undefined && <ErrorNotice error={set.error} onDismiss={set.reset} />}
    </FormDialog>
  );
}

/** Returns the gateways to choose from, with the workflow's own even if it was removed. */
function gatewayNames({ gateway }: WorkflowDraft, names: readonly string[]): readonly string[] {
  return gateway === '' || names.includes(gateway) ? names : [...names, gateway];
}

function problemText(
  field: WorkflowField,
  problem: NonNullable<ReturnType<typeof checkWorkflow>[WorkflowField]>,
): string | undefined {
  switch (problem) {
    case 'invalid':
      return text(field === 'method' ? 'workflows.wrong.method.invalid' : 'workflows.wrong.name.invalid');
    case 'not-json':
    case 'not-object':
      // The field shows it itself.
      return undefined;
    default:
      return text(`workflows.wrong.${problem}`);
  }
}
