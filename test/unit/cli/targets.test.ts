import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AppHandlers, TargetPattern, TemporaryTarget } from '#shared/app-api/index.ts';
import { createFakeHost, createPeer, PEER_ID } from '#test/support/cli-host.ts';

function target(host: string, ports: string, kind: TargetPattern['kind'] = 'connect'): TargetPattern {
  return { kind, host, ports, expiresAt: null };
}

async function run(words: readonly string[], known: readonly TargetPattern[] = [], temporary: TemporaryTarget[] = []) {
  const ended: unknown[] = [];
  const handlers: Partial<AppHandlers> = {
    'peers.get': async () => createPeer(),
    'targets.list': async () => [...known],
    'targets.temporary': async () => temporary.filter(({ target: each }) => !ended.includes(each)),
    'targets.endTemporary': async ({ target: each }) => {
      ended.push(each);
      return {};
    },
    'targets.set': async () => ({}),
  };
  const host = createFakeHost(handlers);
  const exit = await runCommandLine(['targets', 'office', ...words], host);
  const set = host.calls.filter(({ call }) => call === 'targets.set').map(({ input }) => input);
  return { host, exit, set, ended, stdout: host.stdout.text, stderr: host.stderr.text };
}

describe('targets', () => {
  it('are shown of all machines without a name, and changed only of a named one', async () => {
    const host = createFakeHost({
      'peers.list': async () => [createPeer(), createPeer({ name: 'lab' })],
      'targets.list': async () => [target('localhost', '5432')],
      'targets.temporary': async () => [],
    });
    expect(await runCommandLine(['targets'], host)).toBe(0);
    expect(host.stdout.text).toMatch(/^office  asks [^]*localhost:5432\nlab  asks [^]*localhost:5432\n$/);
    expect(await runCommandLine(['targets', '--allow', 'localhost:1'], host)).toBe(2);
    expect(host.stderr.text).toContain('Name the machine whose targets change.');
  });

  it('that add nothing to the permission name the command that limits it', async () => {
    const allow = { decision: 'allow', expiresAt: null } as const;
    const peer = createPeer();
    const host = createFakeHost({
      'peers.get': async () => ({ ...peer, rights: { ...peer.rights, forward: allow } }),
      'targets.list': async () => [],
      'targets.temporary': async () => [],
      'targets.set': async () => ({}),
    });
    expect(await runCommandLine(['targets', 'office', '--allow', 'localhost:8000'], host)).toBe(0);
    expect(host.stderr.text).toContain('`clawreach rights office --ask forward`');
  });

  it('says what holds, and changes nothing', async () => {
    const { exit, stdout, set } = await run([], [target('localhost', '5432'), target('fd00::5', '*', 'listen')]);
    expect([exit, set]).toEqual([0, []]);
    expect(stdout).toBe(
      'office  asks you for every target except these:\n  localhost:5432\n  listens at [fd00::5]:*\n',
    );
  });

  it('adds to connect and to listen, with an end, and keeps the others', async () => {
    const { set, host } = await run(
      ['--allow', '10.0.0.0/8:*', '[fd00::/8]:80-90', '--listen', '127.0.0.1:8080', '--for', '1h'],
      [target('localhost', '5432')],
    );
    const expiresAt = host.clock.now() + 3_600_000;
    expect(set).toEqual([
      {
        peer: PEER_ID,
        targets: [
          target('localhost', '5432'),
          { ...target('10.0.0.0/8', '*'), expiresAt },
          { ...target('fd00::/8', '80-90'), expiresAt },
          { ...target('127.0.0.1', '8080', 'listen'), expiresAt },
        ],
      },
    ]);
  });

  it('sets anew what is there already, and takes away', async () => {
    const known = [
      { ...target('localhost', '5432'), expiresAt: 1 },
      target('Db.internal', '*'),
      target('db.internal', '*', 'listen'),
    ];
    const { set } = await run(['--allow', 'LOCALHOST:5432', '--remove', 'db.internal:*'], known);
    expect(set).toEqual([{ peer: PEER_ID, targets: [target('LOCALHOST', '5432')] }]);
  });

  it('removes no target that is not there, and says which are', async () => {
    const known = [target('localhost', '5432'), target('fd00::5', '*', 'listen')];
    const { exit, set, stdout, stderr } = await run(['--remove', 'localhost:5433', '--allow', 'db:1'], known);
    expect([exit, set, stdout]).toEqual([2, [], '']);
    expect(stderr).toContain('office has no target localhost:5433. Nothing was changed.');
    expect(stderr).toContain('Its targets: localhost:5432, [fd00::5]:*\n');
    expect((await run(['--remove', 'localhost:1'])).stderr).toContain('It has no targets.');
  });

  it('ends what was approved for a while, and says that it is no longer allowed', async () => {
    const temporary = ['localhost:8000', '[fd00::5]:80'].map((text) => ({
      target: text,
      expiresAt: 9_000_000_000_000,
    }));
    const shown = await run([], [], temporary);
    expect(shown.stdout).toContain('office  asks you for every target except these:\n  localhost:8000 until ');
    expect(shown.stdout).toContain('`clawreach targets office --remove localhost:8000` ends it');
    const { exit, ended, stdout } = await run(['--remove', 'LOCALHOST:8000', '[fd00::5]:80'], [], temporary);
    expect([exit, ended]).toEqual([0, ['localhost:8000', '[fd00::5]:80']]);
    expect(stdout).toBe('office  asks you for every target\n');
    expect((await run(['--remove', 'localhost:1'], [], temporary)).stderr).toContain(
      'Its targets: localhost:8000, [fd00',
    );
  });

  it.each([
    'localhost',
    'localhost:',
    ':80',
    'fd00::5:80',
    '[fd00::5]',
    'a b:80',
    'localhost:http',
    'localhost:1-',
    'x\u001b[31m:80',
  ])('takes no %j', async (text) => {
    const { exit, set, stderr } = await run(['--allow', text]);
    expect([exit, set]).toEqual([2, []]);
    expect(stderr).toContain("isn't a target");
    expect(stderr).not.toContain('\u001b[31m');
  });

  it('as JSON is the whole of it', async () => {
    const { stdout } = await run(['--json'], [target('localhost', '5432')]);
    expect(JSON.parse(stdout)).toEqual({
      peer: 'office',
      peerId: PEER_ID,
      forward: { decision: 'ask', expiresAt: null },
      targets: [target('localhost', '5432')],
      temporary: [],
    });
  });
});
