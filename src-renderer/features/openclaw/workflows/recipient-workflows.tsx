import { ChevronDown, ChevronRight, Play } from 'lucide-react';
import { useId, useState, type ReactElement } from 'react';
import type { CallOutput, GatewayView, Workflow } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, PageList, Spinner, quoteUntrusted } from '../../../ui/index.ts';
import { showAnswer } from '../prompts/answer.ts';
import styles from '../prompts/prompts.module.css';
import { RunDialog } from './run-dialog.tsx';
import { addressOf, recipientName, type PromptRecipient } from '../prompts/recipient.ts';

/** Workflow as listed here: name and description. */
export type NamedWorkflow = CallOutput<'remote.workflows'>[number];

type WorkflowsProps = Readonly<{
  target: PromptRecipient;
  /** A request to the recipient is running, so no workflow can start. */
  isBusy: boolean;
  /** Starts a workflow with parameters. */
  onRun(workflow: string, params: Readonly<Record<string, unknown>>): void;
}>;

/**
 * Folded list of the workflows of a recipient: an OpenClaw of a peer, or a gateway of this device. Starting one opens `RunDialog` for its parameters,
 * then calls `onRun`. The agent is asked for the list only when the person opens it, because a person at the peer may have to approve that. Used by
 * `RecipientPane`.
 */
export function RecipientWorkflows({ target, isBusy, onRun }: WorkflowsProps): ReactElement {
  const there = useCall('remote.workflows');
  const here = useCall('workflows.list');
  const list = target.kind === 'gateway' ? here : there;
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const [workflows, setWorkflows] = useState<readonly NamedWorkflow[]>();
  const [chosen, setChosen] = useState<NamedWorkflow>();
  const ask = async (): Promise<void> => {
    if (target.kind === 'remote') setWorkflows(await there.run({ target: addressOf(target.remote) }));
    else setWorkflows((await here.run({}))?.filter((workflow) => isFor(workflow, target.gateway)));
  };
  const name = quoteUntrusted(recipientName(target));
  return (
    <div className={styles['workflows']}>
      <h3 className={styles['heading']}>
        <Button
          size="small"
          variant="quiet"
          aria-expanded={isOpen}
          aria-controls={id}
          icon={isOpen ? <ChevronDown aria-hidden="true" /> : <ChevronRight aria-hidden="true" />}
          onClick={() => {
            setOpen(!isOpen);
            if (!isOpen) void ask();
          }}
        >
          {text('prompts.workflows')}
        </Button>
      </h3>
      <div id={id} className={styles['workflows-open']} hidden={!isOpen}>
        {list.busy && workflows === undefined && (
          <p className={styles['asking']}>
            <span aria-hidden="true">
              <Spinner label="" />
            </span>
            {text('prompts.workflows.loading', { name })}
          </p>
        )}
        {list.error !== undefined && (
          <ErrorNotice
            error={list.error}
            action={
              <Button size="small" busy={list.busy} onClick={() => void ask()}>
                {text('prompts.workflows.reload')}
              </Button>
            }
          />
        )}
        {workflows?.length === 0 && (
          <p className={styles['note']}>
            {text(target.kind === 'gateway' ? 'prompts.workflows.none.gateway' : 'prompts.workflows.none')}
          </p>
        )}
        {workflows !== undefined && workflows.length > 0 && (
          <PageList label={text('prompts.workflows')}>
            {workflows.map((workflow) => (
              <li key={workflow.name} className={styles['workflow']}>
                <span className={styles['workflow-words']}>
                  <strong className={styles['workflow-name']}>{workflow.name}</strong>
                  {workflow.description !== '' && (
                    <bdi className={styles['workflow-about']}>{showAnswer(workflow.description)}</bdi>
                  )}
                </span>
                <Button
                  size="small"
                  icon={<Play aria-hidden="true" />}
                  disabled={isBusy}
                  aria-label={text('prompts.workflow.run.of', { workflow: workflow.name })}
                  onClick={() => setChosen(workflow)}
                >
                  {text('prompts.workflow.run')}
                </Button>
              </li>
            ))}
          </PageList>
        )}
      </div>
      {chosen !== undefined && (
        <RunDialog
          workflow={chosen}
          name={name}
          onRun={(params) => onRun(chosen.name, params)}
          onClose={() => setChosen(undefined)}
        />
      )}
    </div>
  );
}

/** Reports whether one of this device's workflows is for this gateway. */
function isFor({ gateway: wanted }: Workflow, { id, settings }: GatewayView): boolean {
  return wanted === null || wanted === id || wanted.toLowerCase() === settings.name.toLowerCase();
}
