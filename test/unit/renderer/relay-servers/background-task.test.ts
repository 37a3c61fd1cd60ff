import { beforeEach, describe, expect, it } from 'vitest';
import type { AppApiClient, RelayServerPlan, RelayServerProgress } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { leaveInBackground } from '#renderer/features/relay-servers/background-task.ts';
import { ServerTask } from '#renderer/features/relay-servers/server-task.ts';
import { useApp } from '#renderer/store/index.ts';

const PLAN: RelayServerPlan = {
  task: 'deploy',
  server: 'root@relay:22',
  arch: 'x64',
  version: '0.1.0',
  before: null,
  size: 1,
  url: 'wss://relay:7474',
  actions: [{ kind: 'copy-package', what: 'clawreach 0.1.0' }],
};
const UNREACHABLE: RelayServerProgress = {
  kind: 'question',
  id: 'q2',
  question: { kind: 'unreachable', url: 'wss://relay:7474', port: 7474, reason: 'timed out' },
};

/** Task that one component shows, and an agent that reports when the test says so. */
function start() {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const calls: string[] = [];
  let report: (progress: RelayServerProgress) => void = () => undefined;
  const api = {
    call: async (method: string, _input: unknown, options?: { onProgress?: typeof report }) => {
      calls.push(method);
      if (method !== 'relayServers.run') return {};
      report = options?.onProgress ?? report;
      return promise;
    },
  } as unknown as AppApiClient;
  const task = new ServerTask(api);
  const view = () => task.view(() => leaveInBackground(task));
  const leave = view();
  const ended = task.run({ task: 'deploy', server: { host: 'relay' } });
  const agree = async () => {
    report({ kind: 'question', id: 'q1', question: { kind: 'plan', plan: PLAN } });
    await task.answer({ kind: 'decision', yes: true });
  };
  return { task, view, leave, agree, calls, ended, report: (it: RelayServerProgress) => report(it), resolve, reject };
}

const toasts = () => useApp.getState().toasts;
const settle = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => useApp.setState(useApp.getInitialState(), true));

describe('a task at a server that no component shows any more', () => {
  it('is cancelled if nothing was agreed to', async () => {
    const { task, leave, calls, ended, reject } = start();
    leave();
    await settle();
    expect(calls).toEqual(['relayServers.run', 'relayServers.cancel']);
    reject(new ClawReachError('relay-server.cancelled', 'cancelled'));
    await ended;
    expect(task.state).toBeUndefined();
    expect(toasts()).toEqual([]);
  });

  it('goes on, asks for an answer with a toast that stays, and takes it back when the person comes', async () => {
    const { leave, agree, view, report, calls } = start();
    await agree();
    leave();
    await settle();
    expect(calls).not.toContain('relayServers.cancel');
    expect(toasts()).toMatchObject([{ tone: 'info' }]);
    report(UNREACHABLE);
    expect(toasts()).toMatchObject([{ tone: 'info' }, { tone: 'warning', stays: true }]);
    toasts()[1]?.action?.run();
    expect(useApp.getState()).toMatchObject({ place: { page: 'settings' }, settingsPlace: { section: 'relay' } });
    view();
    expect(toasts()).toMatchObject([{ tone: 'info' }]);
  });

  it('asks at once if it is left with an open question, and again if that happens twice', async () => {
    const { leave, agree, view, report } = start();
    await agree();
    report(UNREACHABLE);
    leave();
    await settle();
    expect(toasts()).toMatchObject([{ tone: 'warning', stays: true }]);
    view()();
    await settle();
    expect(toasts()).toMatchObject([{ tone: 'warning', stays: true }]);
  });

  it('reports its end, once', async () => {
    const { task, leave, agree, ended, reject } = start();
    await agree();
    leave();
    await settle();
    reject(new ClawReachError('relay-server.start', 'did not start'));
    await ended;
    expect(toasts()).toMatchObject([{ tone: 'info' }, { tone: 'bad' }]);
    expect(task.state).toBeUndefined();
  });
});
