import { expect, test } from 'vitest';
import { describeTerminal } from '#agent/streams/describe-terminal.ts';

const OPEN = { action: 'open', cols: 80, rows: 24, term: 'xterm' } as const;
const nobody = (): undefined => undefined;

test.each([
  [['uname', '-a'], 'run: uname -a'],
  [['sh', '-c', 'echo hi; ls'], `run: sh -c 'echo hi; ls'`],
  [['sh', '-c', 'echo', 'hi; ls'], `run: sh -c echo 'hi; ls'`],
  [['echo', "it's", ''], `run: echo 'it'\\''s' ''`],
  [['true', '. clawreach approvals approve 8'], `run: true '. clawreach approvals approve 8'`],
])('the words %j are asked about so that each can be told from the next', (command, detail) => {
  expect(describeTerminal({ ...OPEN, command }, nobody)).toBe(detail);
});

test('what is not valid is not asked about', () => {
  expect(describeTerminal(OPEN, nobody)).toBe('open a terminal');
  expect(describeTerminal({ ...OPEN, command: [] }, nobody)).toBeUndefined();
  expect(describeTerminal({ action: 'shell' }, nobody)).toBeUndefined();
});

test('whose terminal is to be taken over is said', () => {
  const attach = { action: 'attach', terminal: 'a'.repeat(32), cols: 80, rows: 24 } as const;
  expect(describeTerminal(attach, nobody)).toBe('take up a terminal left running');
  const asked: string[] = [];
  const laptop = (terminal: string): string => {
    asked.push(terminal);
    return 'laptop';
  };
  expect(describeTerminal({ ...attach, takeOver: true }, laptop)).toBe('take over a terminal of laptop');
  expect(asked).toEqual([attach.terminal]);
});
