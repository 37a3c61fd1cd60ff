import { useEffect, useLayoutEffect, useSyncExternalStore } from 'react';
import { useApi } from '../../store/index.ts';
import { leaveInBackground } from './background-task.ts';
import { ServerTask, type TaskState } from './server-task.ts';

/** The window's task at a server, and its state. */
export type TaskControl = Readonly<{ task: ServerTask; state: TaskState | undefined }>;

/** Task of the window. The dialogs that pair and the settings show it, and it goes on when they close. */
const windowTask = new ServerTask({ call: () => Promise.reject(new Error('not connected')) });

/** Returns the window's task at a server, for a component that doesn't show its details. */
export function useServerTask(): TaskControl {
  const api = useApi();
  useLayoutEffect(() => windowTask.connect(api), [api]);
  const state = useSyncExternalStore(subscribe, getState);
  return { task: windowTask, state };
}

/** Returns the window's task for a component that shows it. A task that nothing was agreed to ends with its last view; another one goes on. */
export function useServerTaskView(): TaskControl {
  const control = useServerTask();
  useEffect(() => windowTask.view(() => leaveInBackground(windowTask)), []);
  return control;
}

/** Reports whether the window's task sets up a relay, or has, and its end is shown. */
export function useIsDeploying(): boolean {
  return useSyncExternalStore(subscribe, () => windowTask.state?.input.task === 'deploy');
}

function subscribe(listener: () => void): () => void {
  return windowTask.subscribe(listener);
}

function getState(): TaskState | undefined {
  return windowTask.state;
}
