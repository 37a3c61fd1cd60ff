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

export type NamedWorkflow = CallOutput<'remote.workflows'>[number];

type WorkflowsProps = Readonly<{
  target: PromptRecipient;
  /** Another request is running there. */
  isBusy: boolean;
  onRun(workflow: string, params: Readonly<Record<string, unknown>>): void;
}>;

/** Workflows of a recipient. Loaded when opened, since the peer may have to ask a person. */
export function RecipientWorkflows({ target, isBusy, onRun }: WorkflowsProps): ReactElement {
  const there = useCall('remote.workflows');
  const here = useCall('workflows.list');
  const list = target.kind === 'own' ? here : there;
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
          {text('remotes.workflows')}
        </Button>
      </h3>
      <div id={id} className={styles['workflows-open']} hidden={!isOpen}>
        {list.busy && workflows === undefined && (
          <p className={styles['asking']}>
            <span aria-hidden="true">
              <Spinner label="" />
            </span>
            {text('remotes.workflows.loading', { name })}
          </p>
        )}
        {list.error !== undefined && (
          <ErrorNotice
            error={list.error}
            action={
              <Button size="small" busy={list.busy} onClick={() => void ask()}>
                {text('remotes.workflows.again')}
              </Button>
            }
          />
        )}
        {workflows?.length === 0 && (
          <p className={styles['note']}>
            {text(target.kind === 'own' ? 'remotes.workflows.none.own' : 'remotes.workflows.none')}
          </p>
        )}
        {workflows !== undefined && workflows.length > 0 && (
          <PageList label={text('remotes.workflows')}>
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
                  aria-label={text('remotes.workflow.run.of', { workflow: workflow.name })}
                  onClick={() => setChosen(workflow)}
                >
                  {text('remotes.workflow.run')}
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

/** Reports whether a workflow runs at this gateway. */
function isFor({ gateway: wanted }: Workflow, { id, settings }: GatewayView): boolean {
  return wanted === null || wanted === id || wanted.toLowerCase() === settings.name.toLowerCase();
}
