import { describe, expect, it } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import type { AccountLinkView, AppHandlers } from '#shared/app-api/index.ts';
import { createFakeHost, type FakeHost } from '#test/support/cli-host.ts';

const ACCOUNT = { id: 'ab'.repeat(16), address: 'ada@relay.test', name: 'Ada' };
const RELAY = { url: 'wss://relay.example:7474', keyId: 'ABCD-EFGH-JKMN-PQRS' };
const LINKED: AccountLinkView = { relay: RELAY, owner: true, joins: false, link: { account: ACCOUNT, linkedAt: 0 } };
const HANDLERS: Partial<AppHandlers> = {
  'account.get': async () => LINKED,
  'account.lookUp': async () => ({ account: ACCOUNT, relay: RELAY, expiresAt: 0, joins: false }),
  'account.link': async () => LINKED,
  'account.dashboard': async () => ({ url: 'https://relay.example:7474/project/1' }),
  'account.unlink': async () => ({ ...LINKED, link: null }),
};

const run = async (host: FakeHost, line: string): Promise<number> => await runCommandLine(line.split(' '), host);
const links = (host: FakeHost): unknown[] =>
  host.calls.filter(({ call }) => call === 'account.link').map(({ input }) => input);

describe('clawreach account', () => {
  it('link shows account, relay key and rights, and gives nothing without a yes', async () => {
    const host = createFakeHost(HANDLERS, { terminal: true });
    const done = run(host, 'account link ABCDE-FGHJK');
    await expect.poll(() => host.stderr.text).toContain('Give this project to that account?');
    for (const shown of ['Ada <ada@relay.test>', RELAY.keyId, 'see the machines', 'bar machines', 'invite', 'enrol'])
      expect(host.stderr.text).toContain(shown);
    host.stdin.write('n\n');
    expect(await done).toBe(1);
    expect(host.stderr.text).toContain('Nothing was changed. The code still works until it expires.');
    expect(host.stderr.text).not.toContain('account-link.unconfirmed');
    expect(links(host)).toEqual([]);
  });

  it.each([
    ['', { label: 'laptop' }],
    ['Kitchen', { label: 'Kitchen' }],
    ['-', {}],
  ])('link asks for a name of the machine, and says who sees it: %j', async (typed, label) => {
    const host = createFakeHost(HANDLERS, { terminal: true });
    const done = run(host, 'account link ABCDE-FGHJK');
    await expect.poll(() => host.stderr.text).toContain('Give this project to that account?');
    host.stdin.write('y\n');
    await expect.poll(() => host.stderr.text).toContain('Name of this machine there (Enter: laptop; - for none):');
    expect(host.stderr.text.replaceAll(/\s+/g, ' ')).toContain('and the relay can read it');
    expect(links(host)).toEqual([]);
    host.stdin.write(`${typed}\n`);
    expect(await done).toBe(0);
    expect(links(host)).toEqual([{ code: 'ABCDE-FGHJK', account: ACCOUNT, keyId: RELAY.keyId, ...label }]);
  });

  it('link takes the address of a script, but no other account', async () => {
    const other = createFakeHost(HANDLERS);
    expect(await run(other, 'account link ABCDE-FGHJK --address eve@relay.test')).toBe(7);
    expect(other.stderr.text).toContain('The code belongs to that account, and you named another one.');
    expect(await run(other, 'account link ABCDE-FGHJK')).toBe(2);
    expect(links(other)).toEqual([]);
    const right = createFakeHost(HANDLERS);
    expect(await run(right, 'account link ABCDE-FGHJK --address ADA@relay.test')).toBe(0);
    expect(links(right)).toEqual([{ code: 'ABCDE-FGHJK', account: ACCOUNT, keyId: RELAY.keyId }]);
    const named = createFakeHost(HANDLERS);
    expect(await run(named, `account link ABCDE-FGHJK --address ada@relay.test --name ${'x'.repeat(101)}`)).toBe(2);
    expect(await run(named, 'account link ABCDE-FGHJK --address ada@relay.test --name office')).toBe(0);
    expect(links(named)).toMatchObject([{ label: 'office' }]);
  });

  it('link joins a project of the account where the relay admits devices of accounts only, and says what that means', async () => {
    const joining = {
      ...HANDLERS,
      'account.lookUp': async () => ({ account: ACCOUNT, relay: RELAY, expiresAt: 0, joins: true }),
      'account.link': async () => ({ relay: RELAY, owner: false, joins: false, link: null }),
    };
    const host = createFakeHost(joining, { terminal: true });
    const done = run(host, 'account link ABCDE-FGHJK --name office');
    await expect.poll(() => host.stderr.text).toContain('Join a project of that account?');
    for (const shown of ['Ada <ada@relay.test>', RELAY.keyId, 'see this machine', 'The owner can remove it'])
      expect(host.stderr.text).toContain(shown);
    expect(host.stderr.text).not.toContain('bar machines');
    host.stdin.write('y\n');
    expect(await done).toBe(0);
    expect(host.stdout.text).toContain('This machine is in a project of Ada <ada@relay.test>.');
    expect(links(host)).toMatchObject([{ label: 'office' }]);
  });

  it('shows the account, and takes the project back', async () => {
    const host = createFakeHost(HANDLERS);
    expect(await run(host, 'account')).toBe(0);
    expect(host.stdout.text).toContain('Account    Ada <ada@relay.test>');
    expect(await run(host, 'account unlink')).toBe(0);
    expect(host.stdout.text).toContain('Ada <ada@relay.test> has no access to it.');
  });

  it('open opens the page of the relay, or only prints its address', async () => {
    const host = createFakeHost(HANDLERS);
    expect(await run(host, 'account open')).toBe(0);
    expect(host.stdout.text).toBe('https://relay.example:7474/project/1\n');
    expect(host.opened).toEqual(['https://relay.example:7474/project/1']);
    const printing = createFakeHost(HANDLERS);
    expect(await run(printing, 'account open --no-open')).toBe(0);
    expect([printing.stdout.text, printing.opened]).toEqual([host.stdout.text, []]);
    const none = createFakeHost({ ...HANDLERS, 'account.dashboard': async () => ({ url: null }) });
    expect(await run(none, 'account open')).not.toBe(0);
    expect(none.stderr.text).toContain('no page for accounts');
  });
});
