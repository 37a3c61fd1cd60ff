import { expect, it, vi } from 'vitest';
import { stepsOf } from '#renderer/features/relay-servers/server-task.ts';
import { PLAN, startTask } from './running-task.ts';

it('asks, keeps no secret, and knows when the plan was agreed to', async () => {
  const { task, calls, report } = startTask();
  report({ kind: 'question', id: 'q1', question: { kind: 'password', server: 'root@relay:22', retry: false } });
  await task.answer({ kind: 'secret', secret: 'hunter2' });
  expect(calls.at(-1)).toEqual(['relayServers.answer', { id: 'q1', answer: { kind: 'secret', secret: 'hunter2' } }]);
  expect(JSON.stringify(task.state)).not.toContain('hunter2');
  expect(task.state).toMatchObject({ question: undefined, agreed: false });
  report({ kind: 'plan', plan: PLAN });
  report({ kind: 'question', id: 'q2', question: { kind: 'plan', plan: PLAN } });
  await task.answer({ kind: 'decision', yes: true });
  expect(task.state).toMatchObject({ agreed: true, plan: PLAN });
});

it('runs one task at a time, shows its steps, and goes on to what was not undone', async () => {
  const { task, report, ended, reject } = startTask();
  expect(await task.run({ task: 'remove', server: { host: 'other' } })).toBeUndefined();
  report({ kind: 'step', step: 'connect', state: 'done' });
  report({ kind: 'plan', plan: PLAN });
  report({ kind: 'step', step: 'copy', state: 'running', done: 1, total: 2 });
  report({ kind: 'step', step: 'copy', state: 'failed' });
  report({ kind: 'step', step: 'undo', state: 'running' });
  report({ kind: 'undone', remains: ['/opt/clawreach-relay'] });
  await task.cancel();
  expect(task.state).toMatchObject({ cancelling: true, end: undefined });
  const error = new Error('cancelled');
  reject(error);
  expect(await ended).toMatchObject({ end: { error }, remains: ['/opt/clawreach-relay'] });
  const { state } = task;
  expect(state?.steps.map(({ step, state: mark }) => [step, mark])).toEqual([
    ['connect', 'done'],
    ['copy', 'failed'],
    ['undo', 'running'],
  ]);
  // Neither a rule nor this machine's relay is in the plan.
  expect(state === undefined ? [] : stepsOf(state)).toEqual([
    'connect',
    'survey',
    'package',
    'copy',
    'verify',
    'install',
    'service',
    'start',
    'check',
    'undo',
  ]);
  expect(task.lastServer).toEqual({ host: 'relay' });
  task.clear();
  expect(task.state).toBeUndefined();
});

it('tells when no component shows a running task any more, and forgets an ended one', async () => {
  const { task, ended, resolve } = startTask();
  const left = vi.fn<() => void>();
  const close = task.view(left);
  const closeOther = task.view(left);
  close();
  await Promise.resolve();
  expect(left).not.toHaveBeenCalled();
  closeOther();
  await Promise.resolve();
  expect(left).toHaveBeenCalledOnce();
  const closeLast = task.view(left);
  resolve({ outcome: 'unchanged', plan: PLAN, state: null, kept: [] });
  await ended;
  closeLast();
  await Promise.resolve();
  expect(task.state).toBeUndefined();
  expect(left).toHaveBeenCalledOnce();
});
