import { explain, text } from '../../locale/index.ts';
import { dismissToast, notify, showSettingsPlace } from '../../store/index.ts';
import type { ServerTask, TaskKind, TaskState } from './server-task.ts';

/**
 * Leaves a running task that no component shows any more. One that the person has agreed to goes on: toasts say so, ask the person to come back for
 * a question, and report the end. Another one is cancelled.
 */
export function leaveInBackground(task: ServerTask): void {
  const agreed = task.state?.agreed === true;
  let asking: number | undefined;
  const update = (): void => {
    const { state, viewers } = task;
    const isAsking = agreed && viewers === 0 && state?.question !== undefined;
    if (isAsking) asking ??= notifyQuestion();
    else if (asking !== undefined) {
      dismissToast(asking);
      asking = undefined;
    }
    if (viewers > 0) off();
    else if (state?.end !== undefined) {
      off();
      task.clear();
      if (agreed) notifyEnd(state.input.task, state.end);
    }
  };
  const off = task.subscribe(update);
  if (!agreed) {
    void task.cancel().catch(() => undefined);
    return;
  }
  if (task.state.question === undefined) notify({ tone: 'info', text: text('deploy.goes-on') });
  update();
}

function notifyQuestion(): number {
  const answer = { label: text('deploy.answer'), run: () => showSettingsPlace('relay') };
  return notify({ tone: 'warning', text: text('deploy.waits'), action: answer, stays: true });
}

function notifyEnd(kind: TaskKind, end: NonNullable<TaskState['end']>): void {
  if ('error' in end) notify({ tone: 'bad', text: explain(end.error).what });
  else notify({ tone: 'good', text: text(`deploy.done.${kind}`) });
}
