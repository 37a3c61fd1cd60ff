import { beforeEach, describe, expect, it } from 'vitest';
import type { RelayServerProgress } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { leaveInBackground } from '#renderer/features/relay-servers/background-task.ts';
import { useApp } from '#renderer/store/index.ts';
import { PLAN, startTask } from './running-task.ts';

const UNREACHABLE: RelayServerProgress = {
  kind: 'question',
  id: 'q2',
  question: { kind: 'unreachable', url: 'wss://relay:7474', port: 7474, reason: 'timed out' },
};

/** Task that one component shows. */
function start() {
  const { task, calls, report, ...rest } = startTask();
  const view = () => task.view(() => leaveInBackground(task));
  const leave = view();
  const agree = async () => {
    report({ kind: 'question', id: 'q1', question: { kind: 'plan', plan: PLAN } });
    await task.answer({ kind: 'decision', yes: true });
  };
  return { task, view, leave, agree, methods: () => calls.map(([method]) => method), report, ...rest };
}

const toasts = () => useApp.getState().toasts;
const settle = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => useApp.setState(useApp.getInitialState(), true));

describe('a task at a server that no component shows any more', () => {
  it('is cancelled if nothing was agreed to', async () => {
    const { task, leave, methods, ended, reject } = start();
    leave();
    await settle();
    expect(methods()).toEqual(['relayServers.run', 'relayServers.cancel']);
    reject(new ClawReachError('relay-server.cancelled', 'cancelled'));
    await ended;
    expect(task.state).toBeUndefined();
    expect(toasts()).toEqual([]);
  });

  it('goes on, asks for an answer with a toast that stays, and takes it back when the person comes', async () => {
    const { leave, agree, view, report, methods } = start();
    await agree();
    leave();
    await settle();
    expect(methods()).not.toContain('relayServers.cancel');
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
