import type { Workflow } from '#shared/app-api/index.ts';
import { describe, expect, test } from 'vitest';
import {
  formatUptime,
  HEARTBEAT_TIMEOUT,
  openClawStatus,
} from '../../../../../src-renderer/features/openclaw/prompts/heartbeat.ts';
import { checkOpenClawName } from '../../../../../src-renderer/features/openclaw/prompts/openclaw-name.ts';
import {
  checkWorkflow,
  workflowDraft,
  EMPTY_WORKFLOW,
  templatePlaceholders,
  parseJsonParams,
  workflowOf,
} from '../../../../../src-renderer/features/openclaw/workflows/workflow-draft.ts';

const METHOD: Workflow = {
  name: 'nightly',
  description: 'Every night',
  gateway: 'home',
  action: { kind: 'method', method: 'cron.run', params: { id: 'nightly', deep: [1, null] } },
};
const PROMPT: Workflow = {
  name: 'deploy',
  description: '',
  gateway: null,
  action: { kind: 'prompt', template: 'Deploy {{branch}} and {{ what }}, then {{branch}}' },
};

describe('a workflow that is typed', () => {
  test.each([METHOD, PROMPT])('is the same again when nothing is changed: $name', (workflow) => {
    expect(checkWorkflow(workflowDraft(workflow), [])).toEqual({});
    expect(workflowOf(workflowDraft(workflow))).toEqual(workflow);
  });

  test('says of each field what is wrong with it', () => {
    expect(checkWorkflow(EMPTY_WORKFLOW, [])).toEqual({ name: 'missing', template: 'missing' });
    const named = (name: string) => checkWorkflow({ ...workflowDraft(PROMPT), name }, ['taken']).name;
    expect(['-a', 'a b', 'é', 'x'.repeat(65), 'taken', 'a.b-c_d'].map(named)).toEqual([
      'invalid',
      'invalid',
      'invalid',
      'long',
      'taken',
      undefined,
    ]);
    const method = workflowDraft(METHOD);
    expect(checkWorkflow({ ...method, method: '', params: '{' }, [])).toEqual({
      method: 'missing',
      params: 'not-json',
    });
    expect(checkWorkflow({ ...method, method: 'Cron run', params: '[1]' }, [])).toEqual({
      method: 'invalid',
      params: 'not-object',
    });
    expect(
      checkWorkflow({ ...workflowDraft(PROMPT), description: 'x'.repeat(513), template: 'x'.repeat(200_001) }, []),
    ).toEqual({
      description: 'long',
      template: 'long',
    });
  });

  test('tells the places of its prompt, each once', () => {
    expect(templatePlaceholders('Deploy {{branch}} and {{ what }}, then {{branch}}, not {this} or {{}}')).toEqual([
      'branch',
      'what',
    ]);
  });
});

test('parameters are one JSON object, or nothing at all', () => {
  expect(parseJsonParams(' ')).toEqual({ kind: 'params', params: {} });
  expect(parseJsonParams('{"a": 1}')).toEqual({ kind: 'params', params: { a: 1 } });
  expect(['{a: 1}', 'null', '[]', '"x"', '3'].map(parseJsonParams)).toEqual(
    ['not-json', 'not-object', 'not-object', 'not-object', 'not-object'].map((problem) => ({
      kind: 'problem',
      problem,
    })),
  );
});

test('a name is needed, of visible characters, short, and not that of another remote', () => {
  const names = ['', 'x'.repeat(65), 'a\u202eb', 'a\nb', 'Attic', 'lab'];
  expect(names.map((name) => checkOpenClawName(name, ['attic']))).toEqual([
    'missing',
    'long',
    'invalid',
    'invalid',
    'taken',
    undefined,
  ]);
});

test('a remote is what its newest heartbeat says, unless that is old, or it cannot be watched', () => {
  const view = {
    id: 'r',
    name: 'r',
    peer: 'P',
    peerName: 'p',
    gateway: null,
    heartbeat: { node_id: 'n', uptime: 1, active_tasks: 0, last_error: null, connection_state: 'reconnecting' },
    heardAt: 1000,
    problem: null,
  } as const;
  expect(openClawStatus(view, 1000 + HEARTBEAT_TIMEOUT)).toBe('reconnecting');
  expect(openClawStatus(view, 1001 + HEARTBEAT_TIMEOUT)).toBe('silent');
  expect(openClawStatus({ ...view, problem: 'rights.denied' }, 1000)).toBe('unavailable');
  expect(openClawStatus({ ...view, heartbeat: null, heardAt: null }, 1000)).toBe('no-heartbeat');
});

test('how long it is up is told in two units at most, whatever a peer says', () => {
  const told = [0, 59, 61, 3600, 277_000, -5, 1e300].map((seconds) => formatUptime(seconds));
  expect(told).toEqual(['0 sec', '59 sec', '1 min', '1 hr', '3 days 4 hr', '0 sec', '365,000 days']);
});
