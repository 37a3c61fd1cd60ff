import type { AppApiClient, RelayServerPlan, RelayServerProgress } from '#shared/app-api/index.ts';
import { ServerTask } from '#renderer/features/relay-servers/server-task.ts';

/** Plan with one action, of a server without a relay. */
export const PLAN: RelayServerPlan = {
  task: 'deploy',
  server: 'root@relay:22',
  arch: 'x64',
  version: '0.1.0',
  before: null,
  size: 1,
  url: 'wss://relay:7474',
  actions: [{ kind: 'copy-package', what: 'clawreach 0.1.0' }],
};

/** Runs a task with an agent that reports, and ends, when the test says so. `calls`: methods and inputs of all calls. */
export function startTask() {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const calls: (readonly [string, unknown])[] = [];
  let report: (progress: RelayServerProgress) => void = () => undefined;
  const api = {
    call: async (method: string, input: unknown, options?: { onProgress?: typeof report }) => {
      calls.push([method, input]);
      if (method !== 'relayServers.run') return {};
      report = options?.onProgress ?? report;
      return promise;
    },
  } as unknown as AppApiClient;
  const task = new ServerTask(api);
  const ended = task.run({ task: 'deploy', server: { host: 'relay' } });
  return { task, calls, ended, report: (progress: RelayServerProgress) => report(progress), resolve, reject };
}
