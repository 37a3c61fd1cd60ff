import { expect, it } from 'vitest';
import { approvalRequest, isSaidByTitle } from '#renderer/features/inbox/rows/request-title.ts';

it.each([
  ['terminal', 'open a terminal', true],
  ['terminal', 'list its terminals', true],
  // The title says less.
  ['terminal', 'list its terminals and what runs in them', false],
  ['terminal', 'take up a terminal left running', false],
  ['terminal', 'run: open a terminal', false],
  // A person's own words.
  ['prompt', 'open a terminal', false],
  ['message', 'open a terminal', false],
] as const)('the title of a request for %s with "%s" says all of it: %s', (right, detail, expected) => {
  expect(isSaidByTitle({ right, detail })).toBe(expected);
});

it.each([
  ['terminal', 'open a terminal', 'wants to open a terminal on office'],
  ['terminal', 'run: ls', 'wants to run a command on office'],
  ['forward', 'connect to localhost:3000 (TCP)', 'wants to reach port 3000 on office'],
  ['relay', 'pass through', 'wants to reach another of your machines through office'],
  ['prompt', 'hello', 'wants to use OpenClaw through office'],
  ['message', 'write to coder: hello', 'wants to write a message to an agent of office'],
  ['view', 'watch', 'wants to watch a terminal on office'],
] as const)('a request for %s with "%s" that waits at another machine names it', (right, detail, expected) => {
  const machine = { peerId: 'CR5K8ZT2M4Q7X1B9V6N3D0G8H5J2P7R4S1W6Y9A3C0E5F8K2M7Q4T1XZ', name: 'office' };
  expect(approvalRequest({ kind: 'right', right, detail, machine })).toBe(expected);
  expect(approvalRequest({ kind: 'right', right, detail })).not.toContain('office');
});
