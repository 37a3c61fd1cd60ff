import { expect, test } from 'vitest';
import { describeTerminal } from '#agent/streams/describe-terminal.ts';

const OPEN = { action: 'open', cols: 80, rows: 24, term: 'xterm' } as const;

test.each([
  [['uname', '-a'], 'run: uname -a'],
  [['sh', '-c', 'echo hi; ls'], `run: sh -c 'echo hi; ls'`],
  [['sh', '-c', 'echo', 'hi; ls'], `run: sh -c echo 'hi; ls'`],
  [['echo', "it's", ''], `run: echo 'it'\\''s' ''`],
  [['true', '. clawreach approvals approve 8'], `run: true '. clawreach approvals approve 8'`],
])('the words %j are asked about so that each can be told from the next', (command, detail) => {
  expect(describeTerminal({ ...OPEN, command })).toBe(detail);
});

test('what is not valid is not asked about', () => {
  expect(describeTerminal(OPEN)).toBe('open a terminal');
  expect(describeTerminal({ ...OPEN, command: [] })).toBeUndefined();
  expect(describeTerminal({ action: 'shell' })).toBeUndefined();
});
