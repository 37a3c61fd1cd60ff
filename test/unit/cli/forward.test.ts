import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runCommandLine } from '#cli/program.ts';
import { formatBinaryBytes } from '#cli/output/index.ts';
import type { AppHandlers, ForwardRule, ForwardView, OpenPort } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { plainForward } from '#test/support/app-views.ts';
import { createFakeHost, createPeer, PEER_ID, typeAnswer } from '#test/support/cli-host.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';

const NAS = `Z${PEER_ID.slice(1)}`;
const PRINT = `SHA256:${'a'.repeat(43)}`;

function viewOf(rule: ForwardRule, change: Partial<ForwardView> = {}): ForwardView {
  const { host, port } = rule.listen;
  return plainForward(rule, {
    id: rule.name,
    peerName: 'peer' in rule && rule.peer !== null ? 'office' : null,
    state: rule.enabled ? 'ready' : 'off',
    address: `${host}:${port === 0 ? 40_000 : port}`,
    open: host !== '127.0.0.1',
    ...change,
  });
}

const SOCKS: ForwardRule = {
  kind: 'socks5',
  name: 'office-socks5',
  enabled: true,
  peer: PEER_ID,
  listen: { host: '127.0.0.1', port: 1080 },
  user: null,
};

type Options = NonNullable<Parameters<typeof createFakeHost>[1]>;

/** A machine that lets this one reach every target. */
const ALLOWED = { rightsThere: { at: 0, rights: { forward: 'allow' } } } as const;

/** An agent with these rules and the peer office. `judge` says what becomes of a rule that is added or changed. */
function agentWith(rules: ForwardView[], judge: (rule: ForwardRule) => Partial<ForwardView> = () => ({})) {
  const put = (rule: ForwardRule, id = rule.name): ForwardView => {
    const view = { ...viewOf(rule, judge(rule)), id };
    const at = rules.findIndex((known) => known.id === id);
    rules.splice(at < 0 ? rules.length : at, 1, view);
    return view;
  };
  const handlers: Partial<AppHandlers> = {
    'peers.list': async () => [createPeer()],
    'peers.get': async ({ peer }) =>
      createPeer({ ...ALLOWED, ...(peer === 'nas' ? { peerId: NAS, name: 'nas' } : {}) }),
    'forwards.list': async () => rules,
    'forwards.add': async ({ rule }) => put(rule),
    'forwards.update': async ({ id, rule }) => put(rule, id),
    'forwards.enable': async ({ id, enabled }) => {
      const found = rules.find((known) => known.id === id);
      if (found === undefined) throw new ClawReachError('forward.unknown', 'none');
      return put({ ...found.rule, enabled }, id);
    },
    'forwards.remove': async ({ id }) => {
      rules.splice(
        rules.findIndex((known) => known.id === id),
        1,
      );
      return {};
    },
  };
  return handlers;
}

async function run(words: readonly string[], handlers: Partial<AppHandlers> = agentWith([]), options: Options = {}) {
  const host = createFakeHost(handlers, options);
  const exit = await runCommandLine(['forward', ...words], host);
  return { host, exit, stdout: host.stdout.text, stderr: host.stderr.text };
}

const added = ({ host }: Awaited<ReturnType<typeof run>>): unknown[] =>
  host.calls.filter(({ call }) => call === 'forwards.add').map(({ input }) => (input as { rule: unknown }).rule);

const LOOPBACK = '127.0.0.1';

describe('forward add', () => {
  it.each([
    ['--mode socks5', { kind: 'socks5', name: 'office-socks5', listen: { host: LOOPBACK, port: 1080 }, user: null }],
    ['--mode http-proxy --port 3128', { kind: 'http-proxy', listen: { host: LOOPBACK, port: 3128 } }],
    [
      '--mode tcp-bridge --to db.lan:5432 --listen 0.0.0.0:99',
      {
        kind: 'tcp-bridge',
        direction: 'local',
        listen: { host: '0.0.0.0', port: 99 },
        to: { host: 'db.lan', port: 5432 },
      },
    ],
    ['--mode tcp-bridge --to 22', { to: { host: 'localhost', port: 22 }, listen: { host: LOOPBACK, port: 0 } }],
    ['--mode tcp-bridge --to [::1]:8080 --reverse', { direction: 'remote', to: { host: '::1', port: 8080 } }],
    ['--mode udp --to 10.0.0.1:5353', { kind: 'udp', listen: { host: LOOPBACK, port: 5353 } }],
    [
      '--mode wg-proxy',
      { kind: 'wg-proxy', listen: { host: LOOPBACK, port: 51_820 }, to: { host: LOOPBACK, port: 51_820 } },
    ],
    [
      '--mode ssh --ssh ada@gate.example --key id',
      {
        kind: 'ssh-tunnel',
        name: 'gate.example-ssh',
        peer: null,
        direction: 'dynamic',
        to: null,
        listen: { host: LOOPBACK, port: 1080 },
        server: { host: 'gate.example', port: 22, user: 'ada', login: { method: 'key', file: '/work/id' } },
      },
    ],
    [
      '--mode ssh-tunnel --ssh [::1]:2222 --to 80 --reverse --peer office',
      {
        direction: 'remote',
        peer: PEER_ID,
        server: { host: '::1', port: 2222, user: 'ada', login: { method: 'agent' } },
        to: { host: 'localhost', port: 80 },
      },
    ],
  ])('%s', async (line, expected) => {
    const result = await run(['add', ...line.split(' ')], agentWith([]), { variables: { USER: 'ada' } });
    expect(result.stderr.replace(/^Warning: 0\.0\.0\.0 is open .*\n/, '')).toBe('');
    expect(added(result)).toMatchObject([{ enabled: true, ...expected }]);
    expect(result.exit).toBe(0);
  });

  it.each([
    ['', '[usage.command-line]'],
    ['office nas --mode socks5', '[usage.command-line]'],
    ['--mode socks5 --to a:1', '[usage.option]'],
    ['--mode udp --to a:1 --reverse', '[usage.option]'],
    ['--mode tcp-bridge', '[usage.option-missing]'],
    ['--mode ssh', '[usage.option-missing]'],
    ['--mode ssh --ssh a@b --key k --agent', '[usage.ssh]'],
    ['--mode ssh --ssh b', '[usage.ssh]'],
    ['--mode ssh --ssh a@b --password', '[usage.password]'],
    ['--mode socks5 --user ada', '[usage.password]'],
    ['--mode socks5 --port 1 --listen 2', '[usage.listen]'],
    ['--mode tcp-bridge --to a:0', '[usage.command-line]'],
    ['--mode tcp-bridge --to ::1:80', '[usage.command-line]'],
    ['--mode tcp-bridge --to host', '[usage.command-line]'],
  ])('refuses %j', async (line, code) => {
    const { exit, stderr, host } = await run(['add', ...line.split(' ').filter((word) => word !== '')]);
    expect(stderr).toContain(code);
    expect(exit).toBe(2);
    expect(host.calls.map(({ call }) => call)).not.toContain('forwards.add');
  });

  it('names the help of the very command', async () => {
    const { stderr } = await run(['add', '--mode', 'nonsense']);
    expect(stderr).toContain('See `clawreach forward add --help`.');
  });

  it('takes the password from the environment, and shows it nowhere [S-FWD-5]', async () => {
    const words = ['add', '--mode', 'socks5', '--user', 'ada'];
    const { host, stdout, stderr } = await run(words, agentWith([]), {
      variables: { CLAWREACH_PROXY_PASSWORD: 'hush' },
    });
    expect(host.calls.find(({ call }) => call === 'forwards.add')?.input).toMatchObject({ password: 'hush' });
    expect(stdout + stderr).not.toContain('hush');
  });

  it('lets a proxy that takes any way have a user, and then no second password for SSH', async () => {
    const variables = { CLAWREACH_PROXY_PASSWORD: 'hush', CLAWREACH_SSH_PASSWORD: 'other' };
    const words = ['auto', '--user', 'ada', '--ssh', 'mira@gate'];
    const { host } = await run(words, agentWith([]), { variables });
    expect(host.calls.find(({ call }) => call === 'forwards.add')?.input).toMatchObject({
      rule: { kind: 'auto', user: 'ada', server: { login: { method: 'agent' } } },
      password: 'hush',
    });
    const second = await run([...words, '--password'], agentWith([]), { variables });
    expect([second.exit, second.host.calls]).toEqual([2, []]);
    expect(second.stderr).toContain("--password can't be combined with --user");
  });

  it('asks for the password on a terminal without showing it [S-FWD-5]', async () => {
    const host = createFakeHost(agentWith([]), { terminal: true });
    const done = runCommandLine(['forward', 'add', '--mode', 'socks5', '--user', 'ada'], host);
    await settle();
    await expect.poll(() => host.stderr.text).toContain('Password for ada');
    expect(host.stdin.raw).toBe(true);
    host.stdin.write('hux\u007fsh\r');
    expect(await done).toBe(0);
    expect(host.stdin.raw).toBe(false);
    expect(host.calls.find(({ call }) => call === 'forwards.add')?.input).toMatchObject({ password: 'hush' });
    expect(host.stdout.text + host.stderr.text).not.toContain('hu');
  });

  it('switches a rule on that does the same, instead of adding another', async () => {
    const rules = [viewOf({ ...SOCKS, name: 'mine', enabled: false })];
    const result = await run(['add', '--mode', 'socks5'], agentWith(rules));
    expect(added(result)).toEqual([]);
    expect(rules[0]?.rule.enabled).toBe(true);
    expect(result.stdout).toContain('mine: socks5, office, ready');
  });

  it('gives a name that no rule has', async () => {
    const rules = [viewOf({ ...SOCKS, name: 'Office-SOCKS5', listen: { host: LOOPBACK, port: 1081 } })];
    expect(added(await run(['add', '--mode', 'socks5'], agentWith(rules)))).toMatchObject([
      { name: 'office-socks5-2' },
    ]);
  });
});

const inUse = (rule: ForwardRule): Partial<ForwardView> =>
  rule.listen.port === 1080
    ? {
        state: 'failed',
        address: null,
        problem: { code: 'forward.port-in-use', details: { port: 1080, free: 1081 }, at: 0 },
      }
    : {};

it('says of --port and --to also what they are with --reverse', async () => {
  const help = (await run(['add', '--help'])).stdout.replaceAll(/\s+/g, ' ');
  expect(help).toContain('here or with --reverse on the other machine');
  expect(help).toContain('with --reverse, as this machine sees it');
});

describe('a port that is taken', () => {
  it('is told with one that is free, and nothing is kept', async () => {
    const rules: ForwardView[] = [];
    const { exit, stderr } = await run(['add', '--mode', 'socks5'], agentWith(rules, inUse));
    expect(exit).toBe(1);
    expect(stderr).toContain('`--port 1081`');
    expect(rules).toEqual([]);
    const forward = await run(['port', '--local', '1080', '--remote', '80'], agentWith(rules, inUse));
    expect(forward.stderr).toContain('`--local 1081`');
    expect(rules).toEqual([]);
  });

  it('by an own forward is told with that forward, and how to remove it', async () => {
    const rules = [viewOf({ ...SOCKS, name: 'mine', listen: { host: LOOPBACK, port: 1080 } })];
    const { exit, stderr } = await run(['port', '--local', '1080', '--remote', '80'], agentWith(rules, inUse));
    expect(exit).toBe(1);
    expect(stderr).toContain('Your forward mine uses port 1080.');
    expect(stderr).toContain('`--local 1081`');
    expect(stderr).toContain('`clawreach forward remove mine`');
    expect(stderr).not.toMatch(/another program|quit that program/i);
  });

  it.each([
    ['add --mode ssh --ssh ada@gate --to 80 --reverse', 'ssh.port-taken'],
    ['share missing', 'folder.missing'],
  ])('keeps no rule that never ran: %s', async (line, code) => {
    const rules: ForwardView[] = [];
    const problem = { code, details: { port: 80, path: '/work/missing' }, at: 0 };
    const agent = agentWith(rules, () => ({ state: 'failed', address: null, problem }));
    expect(await run(line.split(' '), agent)).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining('Nothing was added.'),
    });
    expect(rules).toEqual([]);
  });

  it('is not kept either where it is found out after the key of the server was trusted', async () => {
    const rules: ForwardView[] = [];
    const hostKey = { fingerprint: PRINT, before: null };
    const unknown = { code: 'ssh.host-key-unknown', details: { fingerprint: PRINT }, at: 0 };
    const taken = { code: 'ssh.port-taken', details: { port: 80 }, at: 0 };
    const host = createFakeHost(
      {
        ...agentWith(rules, () => ({ state: 'waiting', problem: unknown, hostKey })),
        'forwards.trustHostKey': async ({ id }) => {
          const [rule] = rules;
          if (rule?.id !== id) throw new ClawReachError('forward.unknown', 'none');
          return { ...rule, state: 'failed', problem: taken, hostKey: null };
        },
      },
      { terminal: true },
    );
    const done = runCommandLine('forward add --mode ssh --ssh ada@gate --to 80 --reverse'.split(' '), host);
    await expect.poll(() => host.stderr.text).toContain('Have you compared it');
    host.stdin.write('y\n');
    expect(await done).toBe(1);
    expect(host.stderr.text).toContain('Nothing was added.');
    expect(rules).toEqual([]);
  });

  it('is asked about on a terminal, where a yes takes the free one', async () => {
    const rules: ForwardView[] = [];
    const host = createFakeHost(agentWith(rules, inUse), { terminal: true });
    const done = runCommandLine(['forward', 'add', '--mode', 'socks5'], host);
    await expect.poll(() => host.stderr.text).toContain('Port 1080 is in use. Use 1081 instead?');
    host.stdin.write('y\n');
    expect(await done).toBe(0);
    expect(rules).toMatchObject([{ rule: { listen: { port: 1081 } } }]);
  });
});

it('offers forwards on Tab where some are to be removed', async () => {
  const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => printed.mockRestore());
  await runCommandLine(['complete', '--', 'forward', 'remove', ''], createFakeHost(agentWith([viewOf(SOCKS)])));
  expect(printed.mock.calls.flat()).toContainEqual(expect.stringMatching(/^office-socks5\b/));
});

describe('forward port', () => {
  it.each([
    ['office 9002:localhost:8000', { listen: { host: LOOPBACK, port: 9002 }, to: { host: 'localhost', port: 8000 } }],
    ['9002:8000', { listen: { host: LOOPBACK, port: 9002 }, to: { host: 'localhost', port: 8000 } }],
    ['office 0.0.0.0:9002:[::1]:80', { listen: { host: '0.0.0.0', port: 9002 }, to: { host: '::1', port: 80 } }],
    [
      'office 9002:10.0.0.5:8000 --reverse',
      { direction: 'remote', listen: { host: LOOPBACK, port: 9002 }, to: { host: '10.0.0.5', port: 8000 } },
    ],
  ])('takes %s as ssh does', async (words, rule) => {
    expect(added(await run(['port', ...words.split(' ')]))).toMatchObject([rule]);
  });

  it.each([
    [['-L', '9002:localhost:8000', 'nas'], 'port nas 9002:localhost:8000'],
    [['nas', '-L9002:localhost:8000', '-N'], 'port nas 9002:localhost:8000'],
    [['port', 'nas', '-L', '9002:localhost:8000'], 'port nas 9002:localhost:8000'],
    [['-R', '9002:localhost:8000', 'nas', '--name', 'x'], 'port nas 9002:localhost:8000 --reverse --name x'],
    [['-L', '8081', 'nas'], 'port nas --local 8081 --remote 8081'],
    [['-L', '8081'], 'port --local 8081 --remote 8081'],
    [['add', 'nas', '-D', '1081'], 'add nas --mode socks5 --port 1081'],
    [['-D', '0.0.0.0:1081', 'nas'], 'add nas --mode socks5 --listen 0.0.0.0:1081'],
    [['port', 'nas', '8081'], 'port nas --local 8081 --remote 8081'],
    [['add', 'nas', '--mode', 'socks5', '--local', '1081'], 'add nas --mode socks5 --port 1081'],
    [
      ['add', 'nas', '--mode', 'tcp-bridge', '--local', '9002', '--remote', 'db:80'],
      'add nas --mode tcp-bridge --port 9002 --to db:80',
    ],
    [
      ['add', 'nas', '--mode', 'tcp-bridge', '--reverse', '--local', '3000', '--remote', '8080'],
      'add nas --mode tcp-bridge --reverse --port 8080 --to 3000',
    ],
  ])('takes %j as `forward %s`', async (words, same) => {
    const done = await run(words);
    expect(done.exit).toBe(0);
    expect(added(done)).toHaveLength(1);
    expect(added(done)).toEqual(added(await run(same.split(' '))));
  });

  it.each([
    [['-L'], '-L needs [HOST:]PORT:HOST:PORT, for example `clawreach forward -L 8080:localhost:80 office`.'],
    [['-R', 'nas'], '-R needs [HOST:]PORT:HOST:PORT, for example `clawreach forward -R 8080:localhost:80 office`.'],
    [['nas', '-D'], '-D needs [HOST:]PORT, for example `clawreach forward -D 1080 office`.'],
  ])('says what %j lacks', async (words, reason) => {
    const { exit, stderr } = await run(words);
    expect(exit).toBe(2);
    expect(stderr).toContain(reason);
  });

  it('takes a port in one way only', async () => {
    const twice = await run('add nas --mode socks5 --local 1081 --port 1082'.split(' '));
    expect([twice.exit, added(twice)]).toEqual([2, []]);
    expect(twice.stderr).toContain('Give either --local and --remote, or --port, --listen and --to.');
  });

  it('says which words to write where it cannot tell', async () => {
    const unclear = await run(['port', 'office', 'nonsense']);
    expect(unclear.exit).toBe(2);
    expect(unclear.stderr).toContain('`--local PORT --remote HOST:PORT`');
    const both = await run(['port', 'office', '9002:8000', '--local', '1']);
    expect(both.exit).toBe(2);
    const wrong = await run(['port', 'office', '--local', '80000', '--remote', '80']);
    expect(wrong.stderr).toContain('"80000" of --local');
  });

  it.each([
    [
      '--local 5432 --remote db:5432',
      {
        kind: 'tcp-bridge',
        direction: 'local',
        listen: { host: LOOPBACK, port: 5432 },
        to: { host: 'db', port: 5432 },
      },
      'Try    psql -h 127.0.0.1 -p 5432',
    ],
    [
      '--local 3000 --remote 8080 --reverse',
      { direction: 'remote', listen: { host: LOOPBACK, port: 8080 }, to: { host: 'localhost', port: 3000 } },
      'From   127.0.0.1:8080 there → localhost:3000 here',
    ],
    ['--local 0 --remote 53 --udp', { kind: 'udp', to: { host: 'localhost', port: 53 } }, 'dig -p 40000 @127.0.0.1'],
  ])('%s', async (line, expected, use) => {
    const result = await run(['port', ...line.split(' ')]);
    expect(added(result)).toMatchObject([expected]);
    expect(result.stdout).toContain(use);
    expect(result.exit).toBe(0);
  });

  it('says what it waits for, and ends well', async () => {
    const handlers = agentWith([], () => ({
      state: 'waiting',
      address: null,
      problem: { code: 'forward.asking', details: { peer: 'off\u001bice' }, at: 0 },
    }));
    const host = createFakeHost(handlers);
    const done = runCommandLine(['forward', 'port', '--local', '80', '--remote', '80', '--reverse'], host);
    for (let second = 0; second < 6; second += 1) {
      await settle();
      await host.clock.advance(1000);
    }
    expect(await done).toBe(0);
    expect(host.stdout.text).toContain('waiting for approval');
    expect(host.stderr.text).toContain('Waiting for approval on off⟨U+001B⟩ice.  [forward.asking]');
    expect(host.stderr.text).toContain('Approve the request at off⟨U+001B⟩ice: in the Inbox of its window');
    expect(host.stderr.text).toContain(
      'To allow it there, where 0123456 is this machine: `clawreach targets 0123456 --listen 127.0.0.1:80`',
    );
  });

  it('has the command that allows it there where it was declined', async () => {
    const problem = { code: 'forward.denied', details: {}, at: 0 };
    const failed = await run(
      ['port', '--local', '80', '--remote', '80', '--reverse'],
      agentWith([], () => ({ state: 'failed', address: null, problem })),
    );
    expect(failed.exit).toBe(5);
    const command =
      'To allow it there, where 0123456 is this machine: `clawreach targets 0123456 --listen 127.0.0.1:80`';
    expect(failed.stderr).toContain(command);
    const reverse: ForwardRule = {
      kind: 'tcp-bridge',
      name: 'office-80',
      enabled: true,
      peer: PEER_ID,
      direction: 'remote',
      listen: { host: LOOPBACK, port: 80 },
      to: { host: 'localhost', port: 80 },
    };
    const list = await run(['list'], agentWith([viewOf(reverse, { state: 'failed', problem })]));
    expect(list.stdout.replaceAll(/\n +/g, ' ')).toContain(command);
  });

  it.each([
    ['ask', /^office asks its user when a program first connects/],
    [undefined, /^office asks its user when a program first connects/],
    ['deny', /^office lets this machine reach only targets that it allows/],
    ['allow', /^$/],
  ] as const)('says what office answers at the first connection: %s', async (decision, note) => {
    const office = createPeer({
      online: true,
      ...(decision === undefined ? {} : { rightsThere: { at: 0, rights: { forward: decision } } }),
    });
    const handlers = { ...agentWith([]), 'peers.get': async () => office };
    const { exit, stderr, stdout } = await run(['port', '--local', '80', '--remote', '80'], handlers);
    expect(exit).toBe(0);
    expect(stderr).toMatch(note);
    const isAsked = decision !== 'allow';
    expect(/, ready here\n/.test(stdout)).toBe(isAsked);
    // The command is for the other machine, which finds this one by its ID.
    expect(
      /\nTo allow it there, where 0123456 is this machine: `clawreach targets 0123456 --allow localhost:80`\n/.test(
        stderr,
      ),
    ).toBe(isAsked);
    // A port that office opens is open only after the answer.
    const reverse = await run(['port', '--local', '80', '--remote', '80', '--reverse'], handlers);
    expect(reverse.stderr).toBe('');
  });

  it('names all options that are missing', async () => {
    const { exit, stderr } = await run(['port']);
    expect(exit).toBe(2);
    expect(stderr).toContain('--local and --remote are missing.');
    expect((await run(['port', '--local', '80'])).stderr).toContain('--remote is missing.');
  });

  it('says that the peer is away, though the port is open', async () => {
    const handlers = { ...agentWith([]), 'peers.get': async () => createPeer({ online: false, linked: false }) };
    const { exit, stderr } = await run(['port', '--local', '80', '--remote', '80'], handlers);
    expect(exit).toBe(0);
    expect(stderr).toContain("office isn't reachable right now. The port stays open");
    const reverse = await run(['port', '--local', '80', '--remote', '80', '--reverse'], handlers);
    expect(reverse.stderr).toContain("office isn't reachable right now. The port there is opened once it is.");
  });

  it.each([
    ['forward port office --local 80 --remote 80', PEER_ID],
    ['forward port --local 80 --remote 80 nas', NAS],
    ['forward port --local 80 --remote 80 --peer nas', NAS],
    ['forward port nas --local 80 --remote 80 --peer nas', NAS],
    ['forward add nas --mode socks5', NAS],
    ['forward add --mode socks5 --peer nas', NAS],
    ['forward auto nas', NAS],
    ['relay enable nas --mode socks5', NAS],
    ['relay enable --mode socks5 --peer nas', NAS],
    ['relay forward nas --local 80 --remote 80', NAS],
  ])('takes the machine as an argument: %s', async (line, peer) => {
    const host = createFakeHost({
      ...agentWith([]),
      'peers.list': async () => [createPeer(), createPeer({ peerId: NAS, name: 'nas' })],
    });
    expect(await runCommandLine(line.split(' '), host)).toBe(0);
    const rules = host.calls.filter(({ call }) => call === 'forwards.add').map(({ input }) => input);
    expect(rules).toMatchObject([{ rule: { peer } }]);
  });

  it('takes one machine, by its argument or the older --peer', async () => {
    const { exit, stderr, host } = await run(['port', 'office', '--peer', 'nas', '--local', '80', '--remote', '80']);
    expect([exit, host.calls]).toEqual([2, []]);
    expect(stderr).toContain('Two machines are named: office and, with --peer, nas.');
  });

  it('needs the machine where there are two, and a machine at all', async () => {
    const two = async () => [createPeer(), createPeer({ peerId: NAS, name: 'nas' })];
    const words = ['port', '--local', '80', '--remote', '80'];
    expect(await run(words, { ...agentWith([]), 'peers.list': two })).toMatchObject({
      exit: 2,
      stderr: expect.stringMatching(/office, nas[^]*such as `clawreach forward port NAME`/),
    });
    expect(await run(words, { ...agentWith([]), 'peers.list': async () => [] })).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining('[usage.no-peer]'),
    });
  });
});

describe('forward trust', () => {
  const rule: ForwardRule = {
    kind: 'ssh-tunnel',
    name: 'gate',
    enabled: true,
    peer: null,
    server: { host: 'gate.example', port: 22, user: 'ada', login: { method: 'agent' } },
    direction: 'dynamic',
    listen: { host: LOOPBACK, port: 1080 },
    to: null,
  };
  const waiting = viewOf(rule, {
    state: 'waiting',
    hostKey: { fingerprint: PRINT, before: null },
    problem: { code: 'ssh.host-key-unknown', details: { fingerprint: PRINT }, at: 0 },
  });
  const trusting: Partial<AppHandlers> = {
    'forwards.list': async () => [waiting],
    'forwards.trustHostKey': async ({ fingerprint }) => {
      if (fingerprint !== PRINT)
        throw new ClawReachError('ssh.host-key-other', 'another', { details: { fingerprint } });
      return viewOf(rule);
    },
  };

  it('wants the fingerprint where nobody can be asked, and shows it whole', async () => {
    const { exit, stderr, host } = await run(['trust', 'gate'], trusting);
    expect(exit).toBe(2);
    expect(stderr).toContain(`clawreach forward trust gate ${PRINT}`);
    expect(host.calls.map(({ call }) => call)).not.toContain('forwards.trustHostKey');
  });

  it('trusts the one that is given, and no other', async () => {
    expect(await run(['trust', 'gate', PRINT], trusting)).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('gate: ssh-tunnel, ada@gate.example, ready'),
    });
    expect(await run(['trust', 'gate', 'SHA256:b'], trusting)).toMatchObject({ exit: 7 });
  });

  it.each([
    ['y', 0, 1],
    ['n', 7, 0],
  ])('asks on a terminal: %s', async (answer, exit, calls) => {
    const host = createFakeHost(trusting, { terminal: true });
    const done = runCommandLine(['forward', 'trust', 'gate'], host);
    await expect.poll(() => host.stderr.text).toContain('is it the same?');
    expect(host.stderr.text).toContain(PRINT);
    host.stdin.write(`${answer}\n`);
    expect(await done).toBe(exit);
    expect(host.calls.filter(({ call }) => call === 'forwards.trustHostKey')).toHaveLength(calls);
  });

  it('is said to be needed by whatever starts the rule', async () => {
    const { exit, stderr, stdout } = await run(['restart', 'gate'], {
      ...trusting,
      'forwards.restart': async () => waiting,
    });
    expect(exit).toBe(7);
    expect(stderr).toContain(`clawreach forward trust gate ${PRINT}`);
    expect(stdout).toContain('gate:');
  });

  it('has nothing to do where no key waits', async () => {
    const { exit, stderr } = await run(['trust', 'office-socks5'], agentWith([viewOf(SOCKS)]));
    expect(exit).toBe(1);
    expect(stderr).toContain('[forward.no-host-key]');
  });
});

describe('forward list and connections', () => {
  it.each([
    ['forward.denied', 'declined', 'ready, last declined'],
    ['forward.unanswered', 'declined', 'ready, last declined'],
    ['forward.timeout', 'failing', 'ready'],
  ])('call no forward ready whose only target says %s', async (code, one, many) => {
    const problem = { code, details: {}, at: 0 };
    const bridge: ForwardRule = {
      kind: 'tcp-bridge',
      name: 'db',
      enabled: true,
      peer: PEER_ID,
      direction: 'local',
      listen: SOCKS.listen,
      to: { host: 'localhost', port: 5432 },
    };
    const { stdout } = await run([], agentWith([viewOf(bridge, { problem }), viewOf(SOCKS, { problem })]));
    expect(stdout).toMatch(new RegExp(`^db +tcp-bridge .*5432  +${one} +0 `, 'm'));
    expect(stdout).toMatch(new RegExp(`^office-socks5 .*anywhere  +${many} +0 `, 'm'));
  });

  it('say why a rule is not well, with the next step, and no text of another side moves the cursor', async () => {
    const rules = [
      viewOf(SOCKS, {
        problem: { code: 'forward.refused', details: { target: 'wiki.test:80\u0007' }, at: 0 },
        bytesIn: 5_000_000,
      }),
      viewOf(
        { ...SOCKS, name: 'second' },
        {
          state: 'failed',
          peerName: 'a\u001b[2Jb',
          problem: { code: 'forward.address', details: { host: '\u0007x' }, at: 0 },
        },
      ),
    ];
    const { stdout } = await run([], agentWith(rules));
    expect(stdout).toMatch(/^office-socks5 +socks5 +office +:1080 → anywhere +ready +0 +4\.8 MiB +0 B$/m);
    expect(stdout).toContain(': The target refused the connection.  wiki.test:80⟨U+0007⟩  [forward.refused]');
    expect(stdout).toMatch(/^office-socks5: last failed connection, .*\d\d:\d\d: /m);
    expect(stdout).toContain("second: Can't listen on ⟨U+0007⟩x.  [forward.address]");
    for (const control of ['\u001b', '\u0007']) expect(stdout).not.toContain(control);
  });

  it('say also in JSON that a port waits for a machine which is offline', async () => {
    const handlers = {
      ...agentWith([viewOf(SOCKS)]),
      'peers.list': async () => [createPeer({ path: 'offline', online: false })],
    } satisfies Partial<AppHandlers>;
    for (const words of [['list'], ['list', 'office-socks5']])
      expect((await run(words, handlers)).stdout).toContain('waiting for the machine');
    expect(JSON.parse((await run(['list', '--json'], handlers)).stdout)).toMatchObject([{ state: 'waiting' }]);
    expect(JSON.parse((await run(['list', 'office-socks5', '--json'], handlers)).stdout)).toMatchObject({
      state: 'waiting',
    });
  });

  it('teach where there is nothing yet', async () => {
    expect((await run(['list'])).stdout).toContain('clawreach forward add --mode socks5');
    expect((await run(['connections'], { 'forwards.connections': async () => [] })).stdout).toBe(
      'No active connections.\n',
    );
  });

  it('list the ports of another machine, cleaned', async () => {
    const ports = async (answer: readonly OpenPort[] | null) =>
      (
        await run(['ports', 'office'], {
          'peers.get': async () => createPeer(ALLOWED),
          'forwards.ports': async () => ({ ports: answer && [...answer] }),
        })
      ).stdout;
    expect(await ports([{ port: 22 }, { port: 5432, program: 'post\u001Bgres' }])).toBe(
      'PORT  PROGRAM\n  22  -\n5432  post⟨U+001B⟩gres\n',
    );
    expect(await ports([])).toBe('Nothing listens at office.\n');
    const unnamed = await ports(null);
    expect(unnamed).toContain("office doesn't name its ports");
    expect(unnamed).toMatch(/run this on office: clawreach rights \S+ --allow forward\n$/);
  });

  it('follow redraws on a terminal, until Ctrl-C', async () => {
    let bytesIn = 0;
    const host = createFakeHost(
      {
        'forwards.connections': async () => [
          {
            id: 7,
            forward: 'x',
            forwardName: 'proxy',
            direction: 'out',
            peerName: 'office',
            target: 'example.com:443',
            source: null,
            startedAt: host.clock.now() - 3000,
            bytesIn: (bytesIn += 2048),
            bytesOut: 0,
          },
        ],
      },
      { terminal: true },
    );
    const done = runCommandLine(['forward', 'connections', '--follow'], host);
    await expect.poll(() => host.stdout.text).toContain('2.0 KiB');
    await host.clock.advance(1000);
    await expect.poll(() => host.stdout.text).toContain('4.0 KiB');
    expect(host.stdout.text).toContain('\u001b[2A\r\u001b[J');
    host.interrupt();
    expect(await done).toBe(0);
  });
});

it('forward list says how old the newest handshake of WireGuard is', async () => {
  const rule: ForwardRule = {
    kind: 'wg-proxy',
    name: 'wg',
    enabled: true,
    peer: PEER_ID,
    listen: { host: '127.0.0.1', port: 51_820 },
    to: { host: '127.0.0.1', port: 51_820 },
  };
  const now = new FakeClock().now();
  const views = [viewOf(rule, { handshakeAt: now - 65_000 }), viewOf({ ...rule, name: 'wg2' })];
  const { stdout } = await run(['list'], agentWith(views));
  expect(stdout).toMatch(/wg: newest handshake 1 min ago/);
  expect(stdout).toContain('wg2: no handshake yet');
  expect((await run(['list', 'wg'], agentWith(views))).stdout).toMatch(/State {2}newest handshake/);
});

describe('forward import and export', () => {
  const wrong: Partial<AppHandlers> = {
    'forwards.import': async () => ({
      rules: [],
      added: [],
      errors: [{ line: 3, key: 'prot', code: 'ini.key', message: 'There is no key prot\u001b.' }],
    }),
  };

  it('names file and line of each error, and ends with 1', async () => {
    const host = createFakeHost(wrong);
    host.texts.set('/work/rules.ini', 'x');
    expect(await runCommandLine(['forward', 'import', 'rules.ini'], host)).toBe(1);
    expect(host.stderr.text).toBe('rules.ini:3: There is no key prot⟨U+001B⟩.  [ini.key]\nNothing was added.\n');
  });

  it('says what a file would open, and adds nothing, with --check [S-FWD-6]', async () => {
    const listen = { host: '0.0.0.0', port: 8000 };
    const rules = [
      { kind: 'folder', name: 'a', enabled: true, listen, path: '/home/me' },
      { kind: 'folder', name: 'd', enabled: true, peer: PEER_ID, listen, path: '/home/me' },
      {
        kind: 'tcp-bridge',
        name: 'b',
        enabled: false,
        peer: PEER_ID,
        direction: 'remote',
        listen,
        to: { host: 'db', port: 22 },
      },
      {
        kind: 'socks5',
        name: 'c',
        enabled: true,
        peer: PEER_ID,
        listen: { host: '127.0.0.1', port: 1080 },
        user: null,
      },
    ] as const;
    const host = createFakeHost({
      'forwards.import': async () => ({
        rules: rules.map((rule, line) => ({
          line,
          rule,
          peerName: 'peer' in rule ? 'office' : null,
          replaces: false,
        })),
        added: [],
        errors: [],
      }),
    });
    host.texts.set('/work/rules.ini', 'x');
    expect(await runCommandLine(['forward', 'import', '--check', 'rules.ini'], host)).toBe(0);
    expect(host.calls.find(({ call }) => call === 'forwards.import')?.input).toMatchObject({ dryRun: true });
    expect(host.stdout.text.split('\n')).toEqual([
      'No errors found.',
      'a: folder, 0.0.0.0:8000 → /home/me (open to others)',
      'd: folder, 0.0.0.0:8000 there → /home/me here (open to others)',
      'b: tcp-bridge, reverse, 0.0.0.0:8000 there → db:22 here, off (open to others)',
      'c: socks5, 127.0.0.1:1080 → anywhere via office',
      '',
    ]);
  });

  it('says which file is not there', async () => {
    const { exit, stderr } = await run(['import', 'none.ini'], wrong);
    expect(exit).toBe(2);
    expect(stderr).toContain('/work/none.ini');
  });

  it('export writes into a file, or prints', async () => {
    const handlers: Partial<AppHandlers> = { 'forwards.export': async () => ({ text: '[x]\ntype = socks5\n' }) };
    const { host } = await run(['export', 'out.ini'], handlers);
    expect(host.texts.get('/work/out.ini')).toBe('[x]\ntype = socks5\n');
    expect((await run(['export'], handlers)).stdout).toBe('[x]\ntype = socks5\n');
  });
});

describe('a rule whose peer is reached through others', () => {
  it('names the one that is missing', async () => {
    const details = {
      reason: 'via.hop-lost',
      hop: 'lab',
      before: 'nas',
      peer: 'office',
      message: 'the peer is not there',
    };
    const rule = viewOf(SOCKS, { state: 'waiting', problem: { code: 'forward.peer-away', details, at: 0 } });
    const { stdout } = await run(['list'], agentWith([rule]));
    expect(stdout).toContain("nas can't reach lab.  [via.hop-lost]");
    expect((await run(['list', 'office-socks5'], agentWith([rule]))).stdout).toContain('waiting for lab');
    const { stdout: json } = await run(['list', '--json'], agentWith([rule]));
    expect(JSON.parse(json)).toMatchObject([{ problem: { code: 'forward.peer-away', details } }]);
  });
});

describe('forward chain', () => {
  const handlers: Partial<AppHandlers> = {
    ...agentWith([]),
    'peers.list': async () => [createPeer(), createPeer({ peerId: NAS, name: 'nas' })],
    'peers.get': async ({ peer }) =>
      createPeer({ ...ALLOWED, ...(peer === 'nas' || peer === NAS ? { peerId: NAS, name: 'nas' } : {}) }),
    'peers.setPathMode': async ({ via }) =>
      createPeer({ path: 'via', link: null, pathVia: via === undefined ? [] : [{ peerId: NAS, name: 'nas' }] }),
    'peers.ping': async () => ({ path: 'via', address: NAS, rtt: 40, hops: [{ name: 'nas', rtt: 12, lost: false }] }),
  };
  const choices = async (words: readonly string[]): Promise<unknown[]> =>
    (await run(['chain', ...words], handlers)).host.calls
      .filter(({ call }) => call === 'peers.setPathMode')
      .map(({ input }) => input);

  it('leads the only other peer through those that are named, and ends that', async () => {
    expect(await choices(['--via', 'nas'])).toEqual([{ peer: PEER_ID, mode: 'auto', via: [NAS] }]);
    expect(await choices(['--off', '--peer', 'office'])).toEqual([{ peer: PEER_ID, mode: 'auto' }]);
    expect(await choices(['office', '--off'])).toEqual([{ peer: PEER_ID, mode: 'auto' }]);
    expect(await choices(['office'])).toEqual([]);
    expect(await choices(['--peer', 'office'])).toEqual([]);
    expect((await run(['chain', '--off', '--via', 'nas'], handlers)).stderr).toContain('[usage.chain]');
  });
});

it.each([
  '',
  'add',
  'port',
  'auto',
  'share',
  'chain',
  'list',
  'status',
  'connections',
  'enable',
  'trust',
  'import',
  'export',
  'targets',
])('the help of forward %s has examples and fits a screen', async (command) => {
  const { stdout } = await run([...(command === '' ? [] : [command]), '--help']);
  expect(stdout).toContain('Examples:');
  expect(stdout.split('\n').filter((line) => line.length > 140)).toEqual([]);
  expect(stdout).not.toContain('clawreach relay');
});

it('a command that does not exist is named with its group', async () => {
  expect((await run(['ad'])).stderr).toContain("Unknown command 'forward ad'");
});

describe('clawreach relay, the alias', () => {
  const relay = async (line: string, handlers: Partial<AppHandlers>, options: Options = {}) => {
    const host = createFakeHost(handlers, options);
    host.texts.set('/work/rules.ini', 'x');
    const exit = await runCommandLine(line.split(' '), host);
    return { exit, calls: host.calls, stdout: host.stdout.text, stderr: host.stderr.text, texts: [...host.texts] };
  };
  const gate: ForwardRule = {
    kind: 'ssh-tunnel',
    name: 'gate',
    enabled: true,
    peer: null,
    server: { host: 'gate.example', port: 22, user: 'ada', login: { method: 'agent' } },
    direction: 'dynamic',
    listen: { host: LOOPBACK, port: 1081 },
    to: null,
  };
  /** A new agent for each command line, with all that any of them calls. */
  const agent = (): Partial<AppHandlers> => ({
    ...agentWith([
      viewOf({ ...SOCKS, enabled: false }),
      viewOf(gate, { state: 'waiting', hostKey: { fingerprint: PRINT, before: null } }),
    ]),
    'forwards.restart': async () => viewOf(SOCKS),
    'forwards.disconnect': async () => ({}),
    'forwards.connections': async () => [],
    'forwards.trustHostKey': async () => viewOf(gate),
    'forwards.import': async () => ({ rules: [], added: [viewOf(SOCKS)], errors: [] }),
    'forwards.export': async () => ({ text: '[x]\ntype = socks5\n' }),
    'peers.setPathMode': async () => createPeer(),
    'targets.list': async () => [],
    'targets.temporary': async () => [],
    'targets.set': async () => ({}),
  });

  it.each(['relay', 'relay status'])('`%s` also says what the relay of this machine does', async (line) => {
    const host = createFakeHost(agent());
    expect(await runCommandLine(line.split(' '), host)).toBe(0);
    expect(host.stderr.text).toMatch(/^Relay wss:\/\/relay\.example:7474: online\n.*config relay URL/);
    expect(host.stdout.text).toContain('office-socks5');
  });

  it.each([
    ['relay status office-socks5', 'forward list office-socks5'],
    ['relay --json status', 'forward --json list'],
    ['relay enable --mode socks5 --port 0', 'forward add --mode socks5 --port 0'],
    ['relay enable --mode http-proxy --peer office', 'forward add --mode http-proxy --peer office'],
    ['relay enable --mode tcp-bridge --to db:5432', 'forward add --mode tcp-bridge --to db:5432'],
    ['relay enable --mode wg-proxy', 'forward add --mode wg-proxy'],
    ['relay enable --mode ssh --ssh a@b --key k', 'forward add --mode ssh --ssh a@b --key k'],
    ['relay enable office-socks5', 'forward enable office-socks5'],
    ['relay forward --local 5432 --remote db:5432', 'forward port --local 5432 --remote db:5432'],
    ['relay forward --local 80 --remote 80 --udp', 'forward port --local 80 --remote 80 --udp'],
    ['relay auto --port 0', 'forward auto --port 0'],
    ['relay share public', 'forward share public'],
    ['relay chain --off', 'forward chain --off'],
    ['relay connections', 'forward connections'],
    ['relay disconnect 17', 'forward disconnect 17'],
    ['relay disable office-socks5', 'forward disable office-socks5'],
    ['relay restart office-socks5', 'forward restart office-socks5'],
    ['relay rename office-socks5 web', 'forward rename office-socks5 web'],
    ['relay remove office-socks5', 'forward remove office-socks5'],
    [`relay trust gate ${PRINT}`, `forward trust gate ${PRINT}`],
    ['relay targets office --allow localhost:80', 'forward targets office --allow localhost:80'],
    ['relay import rules.ini', 'forward import rules.ini'],
    ['relay export --rule office-socks5', 'forward export --only office-socks5'],
    ['relay export out.ini', 'forward export out.ini'],
  ])('`%s` does what `%s` does', async (old, line) => {
    const result = await relay(old, agent());
    expect(result).toEqual(await relay(line, agent()));
    expect(result).toMatchObject({ exit: 0, stderr: '' });
    expect(result.calls).not.toEqual([]);
  });

  it('takes a mode or a name for `relay enable`, and changes nothing otherwise', async () => {
    const { exit, stderr, calls } = await relay('relay enable', agent());
    expect([exit, calls]).toEqual([2, []]);
    expect(stderr).toContain('[usage.enable]');
  });

  it.each(['', 'enable', 'forward', 'status', 'chain', 'trust'])('explains `relay %s` by --help', async (command) => {
    const { exit, stdout } = await relay(`relay ${command} --help`.replace('  ', ' '), {});
    expect(exit).toBe(0);
    expect(stdout).toContain(`Usage: clawreach relay ${command}`.trim());
    expect(stdout).toContain('Examples:');
  });

  it('says that the relay server is something else, and is not in the main help', async () => {
    expect((await relay('relay --help', {})).stdout.replaceAll(/\s+/g, ' ')).toContain(
      '`clawreach config relay URL` chooses it, and `clawreach-relay` runs one',
    );
    const host = createFakeHost();
    await runCommandLine(['help', '--all'], host);
    expect(host.stdout.text).toMatch(/^ {2}forward /m);
    expect(host.stdout.text).not.toMatch(/^ {2}relay /m);
  });
});

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1536, '1.5 KiB'],
  [1_048_575, '1.0 MiB'],
  [10 * 1024 * 1024, '10 MiB'],
  [-1, '0 B'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatBinaryBytes(bytes)).toBe(text);
});

it('several forwards are removed at once, and none if one name is unknown', async () => {
  const rules = ['a', 'b', 'c'].map((name) => ({ ...viewOf({ ...SOCKS, name }), id: name }));
  const handlers = agentWith(rules);
  expect((await run(['remove', 'a', 'nosuch'], handlers)).exit).not.toBe(0);
  expect(rules).toHaveLength(3);
  expect((await run(['remove', 'a', 'b'], handlers)).exit).toBe(0);
  expect(rules.map(({ id }) => id)).toEqual(['c']);
});

it('`forget` says how many forwards lead to the machine', async () => {
  const own = { ...SOCKS, peer: PEER_ID };
  const handlers: Partial<AppHandlers> = {
    'peers.get': async () => createPeer(),
    'forwards.list': async () => [
      viewOf(own),
      viewOf({ ...own, name: 'second' }),
      viewOf({ ...own, name: 'third', peer: 'Z'.repeat(56) }),
    ],
  };
  const host = createFakeHost(handlers, { terminal: true });
  const ended = runCommandLine(['forget', 'office'], host);
  await typeAnswer(host, 'n\n');
  expect(await ended).toBe(1);
  expect(host.stderr.text.replaceAll(/\s+/g, ' ')).toContain("2 forwards lead there and won't work until then.");
});

it('names the forward that does not exist, and the one that is meant', async () => {
  const { stderr } = await run(['disable', 'office-sock5'], agentWith([viewOf(SOCKS)]));
  const text = stderr.replaceAll(/\s+/g, ' ');
  expect(text).toContain(
    `"office-sock5" isn't one of your forwards. Did you mean office-socks5? Your forwards: office-socks5.`,
  );
});
