import { expect, it } from 'vitest';
import { parseRunRequest } from '#agent/openclaw/operator/parse-requests.ts';
import type { RunRequest } from '#agent/openclaw/operator/run-approver.ts';

const RUN: RunRequest = {
  gateway: 'g1',
  gatewayName: 'Lab',
  who: 'writer',
  command: 'ls -l',
  argv: ['ls', '-l'],
  directory: '/home/me',
  environment: ['LANG'],
  program: '/usr/bin/ls',
  user: 'me',
  agent: 'writer',
  title: null,
  text: null,
  severity: 'warning',
  decisions: ['approve', 'approve-always', 'reject'],
  expiresAt: 2000.9,
};

it('is shown as it was asked, under a name of its own each time', () => {
  const asked = parseRunRequest(RUN, 1000.7);
  expect(asked).toMatchObject({
    kind: 'run',
    who: 'writer',
    command: 'ls -l',
    argv: ['ls', '-l'],
    program: '/usr/bin/ls',
    user: 'me',
    host: 'this machine',
    decisions: ['approve', 'approve-always', 'reject'],
    requestedAt: 1000,
    expiresAt: 2000,
    needs: [],
  });
  const again = parseRunRequest(RUN, 1000);
  expect(again.digest).toBe(asked.digest);
  expect(again.requestId).not.toBe(asked.requestId);
});

it('says why it can only be allowed once, and shows long values of variables whole', () => {
  const environment = [`TOKEN=${'a'.repeat(2000)}`];
  const asked = parseRunRequest(
    { ...RUN, environment, decisions: ['approve', 'reject'], onceReason: 'environment' },
    0,
  );
  expect(asked).toMatchObject({ environment, decisions: ['approve', 'reject'], onceReason: 'environment' });
  expect(parseRunRequest({ ...RUN, environment: [`TOKEN=${'a'.repeat(5000)}`] }, 0).decisions).toEqual(['reject']);
  expect(parseRunRequest(RUN, 0)).not.toHaveProperty('onceReason');
});

it.each([
  ['the command', { command: 'a'.repeat(70_000) }],
  ['the words of it', { argv: ['a'.repeat(70_000)] }],
  ['the program', { program: `/${'a'.repeat(5000)}` }],
  ['the folder', { directory: `/${'a'.repeat(5000)}` }],
  ['the environment', { environment: Array.from({ length: 300 }, (_, index) => `NAME_${index}`) }],
])('can only be refused where %s is too long to be shown whole', (_, change) => {
  expect(parseRunRequest({ ...RUN, ...change }, 0).decisions).toEqual(['reject']);
});

it('is another request where what matters differs, shown or not', () => {
  const before = parseRunRequest(RUN, 0).digest;
  expect(parseRunRequest({ ...RUN, command: 'ls  -l' }, 0).digest).not.toBe(before);
  expect(parseRunRequest({ ...RUN, program: '/home/me/bin/ls' }, 0).digest).not.toBe(before);
  expect(parseRunRequest({ ...RUN, user: 'root' }, 0).digest).not.toBe(before);
  expect(parseRunRequest({ ...RUN, gateway: 'g2' }, 0).digest).not.toBe(before);
  expect(parseRunRequest({ ...RUN, gatewayName: 'Other', expiresAt: null }, 0).digest).toBe(before);
});
