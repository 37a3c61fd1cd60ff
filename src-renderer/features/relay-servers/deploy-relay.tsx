import { useEffect, useState, type ReactElement } from 'react';
import { text } from '../../locale/index.ts';
import { Button } from '../../ui/index.ts';
import { useOffersRelay } from './relay-missing.tsx';
import styles from './relay-servers.module.css';
import { draftOf, EMPTY_DRAFT } from './server-draft.ts';
import { ServerForm } from './server-form.tsx';
import type { TaskState } from './server-task.ts';
import { TaskView } from './task-view.tsx';
import { useServerTaskView } from './use-server-task.ts';

export type DeployRelayProps = Readonly<{
  /** Continues when the relay is ready. */
  onReady(): void;
  /** Closes the dialog around it; the task goes on. */
  onHide(): void;
  /** The dialog around it has no button that closes it. */
  isAlone?: boolean;
}>;

/**
 * Sets up a relay on a server by SSH: the form, then the task with its questions, plan and steps. A task that the person has agreed to goes on when
 * this disappears, and is shown again by the next one. Used in pairing and in the settings.
 */
export function DeployRelay({ onReady, onHide, isAlone = false }: DeployRelayProps): ReactElement {
  const { task, state } = useServerTaskView();
  const [draft, setDraft] = useState(() => (task.lastServer === undefined ? EMPTY_DRAFT : draftOf(task.lastServer)));
  const isDeclined =
    state?.end !== undefined && 'output' in state.end && state.end.output.outcome === 'declined' && !state.agreed;
  const isOffering = useOffersRelay(readyUrl(state));
  // A declined plan leads back to the form.
  useEffect(() => {
    if (isDeclined) task.clear();
  }, [task, isDeclined]);
  if (state?.input.task === 'deploy' && !isDeclined)
    return (
      <TaskView
        task={task}
        state={state}
        onBack={() => task.clear()}
        onHide={onHide}
        actions={
          <Button
            // The offer to another machine comes first.
            variant={isOffering ? 'secondary' : 'primary'}
            onClick={() => {
              task.clear();
              onReady();
            }}
          >
            {text('deploy.finish')}
          </Button>
        }
      />
    );
  return (
    <ServerForm
      draft={draft}
      onChange={setDraft}
      onConnect={(server) => void task.run({ task: 'deploy', server })}
      onCancel={isAlone ? onHide : undefined}
      reason={state === undefined || isDeclined ? undefined : text('deploy.busy')}
    >
      {/* The dialog of the choice says above for whom it is. */}
      {isAlone && <p className={styles['lead']}>{text('relay.step.ssh.for')}</p>}
      <p className={styles['lead']}>{text('deploy.lead')}</p>
    </ServerForm>
  );
}

/** Returns the URL of the relay that a task has set up. */
function readyUrl(state: TaskState | undefined): string | undefined {
  const { end } = state ?? {};
  return end !== undefined && 'output' in end ? (end.output.state?.url ?? undefined) : undefined;
}
