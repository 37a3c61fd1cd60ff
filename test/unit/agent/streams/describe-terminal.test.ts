import { expect, test } from 'vitest';
import { describeTerminal } from '#agent/streams/describe-terminal.ts';

const OPEN = { action: 'open', cols: 80, rows: 24, term: 'xterm' } as const;
const nobody = {
  defaults: { user: 'mira', home: '/home/mira', shell: '/bin/zsh' },
  titleOf: () => undefined,
  nameOf: () => undefined,
  heldBy: () => undefined,
  holderOf: () => undefined,
  wasRevoked: () => false,
};
const terminal = (detail: string) => expect.objectContaining({ right: 'terminal', detail });

test.each([
  [['uname', '-a'], 'run: uname -a'],
  [['sh', '-c', 'echo hi; ls'], `run: sh -c 'echo hi; ls'`],
  [['sh', '-c', 'echo', 'hi; ls'], `run: sh -c echo 'hi; ls'`],
  [['echo', "it's", ''], `run: echo 'it'\\''s' ''`],
  [['true', '. clawreach approvals approve 8'], `run: true '. clawreach approvals approve 8'`],
])('the words %j are asked about so that each can be told from the next', (command, detail) => {
  expect(describeTerminal({ ...OPEN, command }, nobody)).toEqual(terminal(detail));
});

test('what is not valid is not asked about', () => {
  expect(describeTerminal(OPEN, nobody)).toEqual(terminal('open a terminal'));
  expect(describeTerminal({ ...OPEN, command: [] }, nobody)).toBeUndefined();
  expect(describeTerminal({ action: 'shell' }, nobody)).toBeUndefined();
});

test('whose terminal is to be taken over is said', () => {
  const attach = { action: 'attach', terminal: 'a'.repeat(32), cols: 80, rows: 24 } as const;
  expect(describeTerminal(attach, nobody)).toEqual(terminal('take up a terminal left running'));
  expect(describeTerminal(attach, { ...nobody, wasRevoked: () => true })).toBe('revoked');
  const asked: string[] = [];
  const laptop = (name: string): string => {
    asked.push(name);
    return 'laptop';
  };
  expect(describeTerminal({ ...attach, takeOver: true }, { ...nobody, heldBy: laptop })).toEqual(
    terminal('take over a terminal of laptop'),
  );
  expect(asked).toEqual([attach.terminal]);
});

test('to look on is another right, and nobody is asked about a terminal that is not shared with who asks', () => {
  const view = { action: 'view', terminal: 'a'.repeat(32) };
  expect(describeTerminal(view, nobody)).toBe('unknown');
  expect(describeTerminal(view, { ...nobody, holderOf: () => 'laptop' })).toMatchObject({
    right: 'view',
    detail: 'look on at a terminal of laptop',
  });
  expect(describeTerminal({ action: 'shared' }, nobody)).toBe('shared');
  const shared = { terminal: 'a'.repeat(32), peer: 'A'.repeat(56) };
  expect(describeTerminal({ action: 'share', ...shared }, nobody)).toEqual(terminal('share a terminal'));
  expect(describeTerminal({ action: 'unshare', ...shared }, nobody)).toBe('unshare');
});
