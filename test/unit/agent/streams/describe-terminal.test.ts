import { describe, expect, test } from 'vitest';
import { describeExec, describeTerminal } from '#agent/streams/describe-terminal.ts';

const OPEN = { action: 'open', cols: 80, rows: 24, term: 'xterm' } as const;
const nobody = {
  defaults: { user: 'mira', home: '/home/mira', shell: '/bin/zsh' },
  real: { folder: (path: string) => path, file: (path: string) => path },
  titleOf: () => undefined,
  nameOf: () => undefined,
  holderToTakeOverFrom: () => undefined,
  holderOfShared: () => undefined,
  wasRevoked: () => false,
  isPlainRelay: false,
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
  expect(describeTerminal(attach, nobody)).toBe('reopen');
  expect(describeTerminal({ ...attach, takeOver: true }, nobody)).toBe('reopen');
  // Its users share one peer ID, so a yes to one of them says nothing about the next.
  expect(describeTerminal(attach, { ...nobody, isPlainRelay: true })).toEqual(
    terminal('reopen a terminal left running'),
  );
  expect(describeTerminal(attach, { ...nobody, wasRevoked: () => true })).toBe('revoked');
  const asked: string[] = [];
  const laptop = (name: string): string => {
    asked.push(name);
    return 'laptop';
  };
  expect(describeTerminal({ ...attach, takeOver: true }, { ...nobody, holderToTakeOverFrom: laptop })).toEqual(
    terminal('take over a terminal of laptop'),
  );
  expect(asked).toEqual([attach.terminal]);
  // The service refuses it: the terminal stays where it is.
  expect(describeTerminal(attach, { ...nobody, holderToTakeOverFrom: laptop })).toBe('reopen');
});

test('to look on is another right, and nobody is asked about a terminal that is not shared with who asks [S-TERM-12]', () => {
  const view = { action: 'view', terminal: 'a'.repeat(32) };
  expect(describeTerminal(view, nobody)).toBe('unknown');
  expect(describeTerminal(view, { ...nobody, holderOfShared: () => 'laptop' })).toMatchObject({
    right: 'view',
    detail: 'look on at a terminal of laptop',
  });
  expect(describeTerminal({ action: 'shared' }, nobody)).toBe('shared');
  const shared = { terminal: 'a'.repeat(32), peer: 'A'.repeat(56) };
  expect(describeTerminal({ action: 'share', ...shared }, nobody)).toEqual(terminal('share a terminal'));
  expect(describeTerminal({ action: 'unshare', ...shared }, nobody)).toBe('unshare');
});

describe('a request that names paths', () => {
  const PATHS: Readonly<Record<string, string>> = {
    '/home/mira/x': '/etc',
    '/srv': '/srv',
    '/etc/run.sh': '/opt/tools/run.sh',
    '/srv/run.sh': '/srv/run.sh',
  };
  const find = (path: string): string | undefined => PATHS[path];
  const names = { ...nobody, real: { folder: find, file: find } };
  const factsOf = (more: object): readonly string[] => {
    const described = describeTerminal({ ...OPEN, ...more }, names);
    const asExec = describeExec({ action: 'start', ...more }, nobody.defaults, names.real);
    const shown = [described, asExec].map((wish) =>
      typeof wish === 'object' ? (wish.facts ?? []).map(({ fact, value }) => `${fact} ${value}`) : [],
    );
    const decisive = shown.map((facts) => facts.filter((fact) => /^(?:folder|asked|program)/.test(fact)));
    expect(decisive[1]).toEqual(decisive[0]);
    return decisive[0] ?? [];
  };

  test.each([
    ['a folder as it is', { directory: '/srv' }, ['folder /srv']],
    ['where a link leads, and the link', { directory: '/home/mira/x' }, ['folder /etc', 'asked /home/mira/x']],
    ['home for a shell that would begin there', { directory: '/gone' }, ['folder /home/mira', 'asked /gone']],
    [
      'a folder that is not there for a command, which will not start',
      { directory: '/gone', command: ['ls'] },
      ['folder /gone'],
    ],
    [
      'the file behind a relative path in the folder behind the link',
      { directory: '/home/mira/x', command: ['./run.sh', '-v'] },
      ['folder /etc', 'asked /home/mira/x', 'program /opt/tools/run.sh'],
    ],
    [
      'the file of a path that is relative',
      { directory: '/srv', command: ['./run.sh'] },
      ['folder /srv', 'program /srv/run.sh'],
    ],
    [
      'nothing more of a file that is what it is called',
      { directory: '/srv', command: ['/srv/run.sh'] },
      ['folder /srv'],
    ],
    ['nothing more of a name alone', { directory: '/srv', command: ['make'] }, ['folder /srv']],
  ])('shows %s [S-ASK-2]', (_what, more, facts) => {
    expect(factsOf(more)).toEqual(facts);
  });
});
