import { Play, Plus } from 'lucide-react';
import { useCallback, useEffect, useState, type ReactElement } from 'react';
import type { CallOutput, GatewayView, Workflow } from '#shared/app-api/index.ts';
import { text } from '../../../locale/index.ts';
import { useCall } from '../../../store/index.ts';
import { Button, ErrorNotice, Popover, Spinner, quoteUntrusted } from '../../../ui/index.ts';
import { showAnswer } from '../prompts/answer.ts';
import { addressOf, recipientName, type PromptRecipient } from '../prompts/recipient.ts';
import { RunDialog } from './run-dialog.tsx';
import styles from './workflows.module.css';

/** Workflow as listed here: name and description. */
export type NamedWorkflow = CallOutput<'remote.workflows'>[number];

export type WorkflowMenuProps = Readonly<{
  target: PromptRecipient;
  /** A request to the recipient is running, or none can be sent, so no workflow can start. */
  isBusy: boolean;
  /** Starts a workflow with parameters. */
  onRun(workflow: string, params: Readonly<Record<string, unknown>>): void;
}>;

/**
 * Button that lists the workflows of a recipient: an OpenClaw of a peer, or a gateway of this device. Starting one opens `RunDialog` for its
 * parameters, then calls `onRun`. The agent is asked for the list only when the person opens it, because a person at the peer may have to approve that.
 */
export function WorkflowMenu({ target, isBusy, onRun }: WorkflowMenuProps): ReactElement {
  const [chosen, setChosen] = useState<NamedWorkflow>();
  return (
    <>
      <Popover
        label={text('prompts.workflows')}
        side="top"
        trigger={
          <Button size="small" variant="quiet" icon={<Plus aria-hidden="true" />}>
            {text('prompts.workflows')}
          </Button>
        }
      >
        <WorkflowChoice target={target} isBusy={isBusy} onChoose={setChosen} />
      </Popover>
      {chosen !== undefined && (
        <RunDialog
          workflow={chosen}
          name={quoteUntrusted(recipientName(target))}
          onRun={(params) => onRun(chosen.name, params)}
          onClose={() => setChosen(undefined)}
        />
      )}
    </>
  );
}

type ChoiceProps = Readonly<{
  target: PromptRecipient;
  isBusy: boolean;
  onChoose(workflow: NamedWorkflow): void;
}>;

function WorkflowChoice({ target, isBusy, onChoose }: ChoiceProps): ReactElement {
  const there = useCall('remote.workflows');
  const here = useCall('workflows.list');
  const list = target.kind === 'gateway' ? here : there;
  const [workflows, setWorkflows] = useState<readonly NamedWorkflow[]>();
  // The recipient's view changes while the list is open, its location doesn't.
  const [asked] = useState(target);
  const { run: askThere } = there;
  const { run: askHere } = here;
  const ask = useCallback((): void => {
    const answer =
      asked.kind === 'remote'
        ? askThere({ target: addressOf(asked.remote) })
        : askHere({}).then((all) => all?.filter((workflow) => isFor(workflow, asked.gateway)));
    void answer.then(setWorkflows);
  }, [asked, askThere, askHere]);
  useEffect(ask, [ask]);
  const name = quoteUntrusted(recipientName(target));
  return (
    <div className={styles['choice']}>
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
            <Button size="small" busy={list.busy} onClick={ask}>
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
        <ul className={styles['list']} aria-label={text('prompts.workflows')}>
          {workflows.map((workflow) => (
            <li key={workflow.name} className={styles['workflow']}>
              <span className={styles['words']}>
                <strong className={styles['name']}>{workflow.name}</strong>
                {workflow.description !== '' && (
                  <bdi className={styles['about']}>{showAnswer(workflow.description)}</bdi>
                )}
              </span>
              <Button
                size="small"
                icon={<Play aria-hidden="true" />}
                disabled={isBusy}
                aria-label={text('prompts.workflow.run.of', { workflow: workflow.name })}
                onClick={() => onChoose(workflow)}
              >
                {text('prompts.workflow.run')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Reports whether one of this device's workflows is for this gateway. */
function isFor({ gateway: wanted }: Workflow, { id, settings }: GatewayView): boolean {
  return wanted === null || wanted === id || wanted.toLowerCase() === settings.name.toLowerCase();
}
