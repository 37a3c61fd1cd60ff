import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { AUDIT_WORDS } from '#cli/commands/agent/audit-words.ts';
import { runCommandLine } from '#cli/program.ts';
import type { AppHandlers, HistoryEntry, PeerView, ServedTerminalView } from '#shared/app-api/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { formatPin } from '#shared/relay-dialer/index.ts';
import { createFakeHost, createPeer, createRelay, createStatus, PEER_ID, typeAnswer } from '#test/support/cli-host.ts';
import { settle } from '#test/support/fake-clock.ts';
import { newDevice } from '#test/support/relay-agent.ts';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;

type Options = NonNullable<Parameters<typeof createFakeHost>[1]>;

async function run(
  line: string,
  handlers: Partial<AppHandlers> = {},
  { input, ...options }: Options & Readonly<{ input?: string }> = {},
) {
  const host = createFakeHost(handlers, options);
  if (input !== undefined) host.stdin.end(input);
  const exit = await runCommandLine(
    line.split(' ').filter((word) => word !== ''),
    host,
  );
  return { host, exit, stdout: host.stdout.text, stderr: host.stderr.text };
}

const inputs = (host: ReturnType<typeof createFakeHost>, wanted: string): readonly unknown[] =>
  host.calls.filter(({ call }) => call === wanted).map(({ input }) => input);

const ASK = { decision: 'ask', expiresAt: null } as const;
const ALLOW = { decision: 'allow', expiresAt: null } as const;

/** Answers to `rights office`. */
const RIGHTS: Partial<AppHandlers> = {
  'peers.get': async () => createPeer(),
  'targets.list': async () => [],
  'targets.temporary': async () => [],
};

describe('a command line', () => {
  it.each(['--profile', '--json --profile'])('is no success without the folder of `%s`', async (line) => {
    const { exit, stdout, stderr } = await run(line);
    expect(exit).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('--profile <dir>');
  });

  it('names a full disk that made the agent end, and else what was lost', async () => {
    const lost = { 'peers.get': () => Promise.reject(new ClawReachError('control.lost', 'gone')) };
    const host = createFakeHost(lost);
    host.agent.storageProblem = new ClawReachError('store.disk-full', 'full', {
      details: { directory: '/p', reason: 'ENOSPC' },
    });
    await runCommandLine(['safety-number', 'office', '--profile', '/elsewhere'], host);
    expect(host.stderr.text).toContain('[store.disk-full]');
    expect(host.checked).toEqual(['/elsewhere']);
    expect((await run('safety-number office', lost)).stderr).toContain('[control.lost]');
  });

  it('does not blame the disk for a profile folder that is gone', async () => {
    const host = createFakeHost({ 'peers.get': () => Promise.reject(new ClawReachError('control.lost', 'gone')) });
    host.agent.storageProblem = new ClawReachError('store.not-writable', 'gone', {
      details: { directory: '/p', reason: 'ENOENT' },
    });
    expect(await runCommandLine(['safety-number', 'office'], host)).toBe(3);
    expect(host.stderr.text).toContain('[control.lost]');
  });

  it('shows the daily commands when it is empty, and the exit codes with --all', async () => {
    const { exit, stdout, stderr } = await run('');
    expect(exit).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain('help --all');
    expect((await run('help --all')).stdout).toMatch(/ 7 {2}a key, pin, token, or a code/);
  });

  it.each([
    ['list'],
    ['connect'],
    ['pair'],
    ['ping'],
    ['path'],
    ['network'],
    ['rights'],
    ['approvals'],
    ['run'],
    ['config'],
    ['audit'],
    ['terminals'],
    ['node'],
    ['node run'],
    ['node allow'],
  ])('explains %s with examples', async (command) => {
    const { exit, stdout } = await run(`${command} --help`);
    expect(exit).toBe(0);
    expect(stdout).toContain('Examples:');
    expect(stdout.split('\n').every((text) => text.length <= 140)).toBe(true);
  });

  it.each([50, 80])('fits a terminal of %d columns: all commands', async (columns) => {
    const host = createFakeHost({}, { terminal: true });
    host.stdout.columns = columns;
    await runCommandLine(['help', '--all'], host);
    expect(host.stdout.text).toContain('list your machines');
    const wide = host.stdout.text.split('\n').filter((line) => line.length > columns);
    expect(wide.filter((line) => !line.includes('$ clawreach'))).toEqual([]);
  });

  it('indents the meaning of a term over all its lines', async () => {
    const { stdout } = await run('rights --help');
    expect(stdout).toMatch(/^ {2}introduce {5}make .*\n {16}\S/mu);
    expect(stdout).not.toMatch(/^asking you/mu);
  });

  it('prints the version', async () => {
    expect(await run('--version')).toMatchObject({ exit: 0, stdout: '1.2.3\n' });
  });

  it.each([
    ['frobnicate', 'Unknown command'],
    ['list --frobnicate', "Unknown option '--frobnicate'"],
    ['connect', "Missing required argument 'name'"],
    ['ping office -c many', 'whole number from 0'],
    ['rename office', "Missing required argument 'new-name'"],
    ['status extra', 'Too many arguments'],
    ['service', 'Choose one of: install, uninstall, status.'],
    ['rights office --allow view --for 2 hours', 'Write the time as one word: `--for 2h`.'],
    ['pause --for=30 min', 'Write the time as one word: `--for 30m`.'],
    ['forward port --local abc --remote 80', '"abc" of --local isn\'t a port or host:port.'],
    ['connect office -x', 'Options for a command there come after it: `clawreach connect office COMMAND OPTIONS`.'],
    ['run office -- ls', 'To run a command on a machine: `clawreach connect NAME COMMAND`.'],
    ['gateway add one two', "Too many arguments for 'add'"],
    ['gateway add one --password=hidden', "Unknown option '--password'."],
    ['approvals aprove 7', "Unknown command 'approvals aprove'"],
    ['approvals approve x', "'x' isn't valid for <id>: Expected a whole number"],
    ['help conect', "Unknown command 'conect' (Did you mean connect?)"],
    ['forward ad', "Unknown command 'forward ad' (Did you mean add?)"],
    ['forward zzzz', "Unknown command 'forward zzzz'."],
    // A machine that is called so is not to be removed.
    [
      'forward remote 9009:localhost:8088',
      "Unknown command 'forward remote'. To forward a port: `clawreach forward port remote --local 9009 --remote localhost:8088`.",
    ],
    ['forward -L 1:a:1 -L 2:b:2 remote', '`clawreach forward port'],
    ['join ABCD-1234', "Unknown command 'join' (Did you mean pair -?)"],
    ['restart', "Unknown command 'restart' (Did you mean stop, then run --detach?)"],
    ['logs', "Unknown command 'logs' (Did you mean history or audit?)"],
    ['conn office', "Unknown command 'conn' (Did you mean connect?)"],
    ['permissions office', "Unknown command 'permissions' (Did you mean rights?)"],
    ['attach office', "Unknown command 'attach' (Did you mean connect?)"],
    ['approvals accept 1', "Unknown command 'approvals accept' (Did you mean approve?)"],
    ['config relay foo', '"foo" has neither a port nor a domain. Write foo:7474, or wss://foo.'],
    ['lst', "Unknown command 'lst' (Did you mean list?)"],
    ['top', "Unknown command 'top' (Did you mean status?)"],
    ['atop', "Unknown command 'atop'."],
    ['scp', "Unknown command 'scp'."],
    ['stp', "Unknown command 'stp' (Did you mean stop?)"],
    ['stpo', "Unknown command 'stpo' (Did you mean stop?)"],
    ['constructor', "Unknown command 'constructor'."],
    ['forward constructor', "Unknown command 'forward constructor'."],
    ['invite', "Unknown command 'invite' (Did you mean pair?)"],
    ['login', "Unknown command 'login' (Did you mean pair or account?)"],
    ['whoami', "Unknown command 'whoami' (Did you mean status?)"],
    ['forward rm web', "Unknown command 'forward rm' (Did you mean remove?)"],
    ['forward delete web', "Unknown command 'forward delete' (Did you mean remove?)"],
    ['rights office --revoke terminal', "Unknown option '--revoke' (Did you mean --ask or --deny?)"],
    ['list --jsn', "Unknown option '--jsn' (Did you mean --json?)"],
    ['post --help', "Unknown command 'post'"],
    ['--profile=x approve -h', "Unknown command 'approve'"],
  ])('is refused with 2 when it is %j', async (line, reason) => {
    const { exit, stdout, stderr, host } = await run(line);
    expect(exit).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^clawreach: /);
    expect(stderr).toContain(reason);
    expect(stderr).toContain('[usage.command-line]');
    expect(stderr).toContain('--help');
    // An unknown command may be the name of a machine, or one may be missing, which is all that is asked.
    expect(host.calls.filter(({ call }) => call !== 'peers.get' && call !== 'peers.list')).toEqual([]);
  });

  it('without a machine shows the usage and the names of the machines', async () => {
    const peers = async (): Promise<PeerView[]> => [createPeer(), createPeer({ name: 'garage' })];
    const { stderr } = await run('connect', { 'peers.list': peers });
    expect(stderr).toContain('\n  Usage: clawreach connect [options] <name> [<command> [<argument>...]]\n');
    expect(stderr).toContain('\n  Your machines: office, garage.\n');
    const none = await run('watch', { 'peers.list': async () => [] });
    expect(none.stderr).toContain('\n  No machine is paired yet: `clawreach pair`.\n');
    const other = await run('rename office', { 'peers.list': peers });
    expect(other.stderr).toContain('\n  Usage: clawreach rename [options] <name> <new-name>\n');
    expect(other.stderr).not.toContain('Your machines');
    const below = await run('forward remove', { 'peers.list': peers }, { running: false });
    expect(below.stderr).toContain('Usage: clawreach forward remove [options] <name...>');
  });

  it.each([
    ['office', 'office is one of your machines, not a command. To open a terminal there: `clawreach connect office`'],
    ['office uptime -p', 'To run a command there: `clawreach connect office uptime -p`'],
  ])('that begins with a machine leads to connect: %s', async (line, reason) => {
    const { exit, stderr } = await run(line, { 'peers.get': async () => createPeer() });
    expect(exit).toBe(2);
    expect(stderr).toContain(reason);
  });

  it.each([
    ['connect -L 8080:localhost:80 office', 'clawreach forward port office --local 8080 --remote localhost:80'],
    ['connect office -L8080:db.lan:5432', 'clawreach forward port office --local 8080 --remote db.lan:5432'],
    ['connect -L 127.0.0.1:8080:localhost:80 office', 'port office --local 8080 --remote localhost:80'],
    ['connect -R 8080:localhost:3000 office', 'forward port office --reverse --local localhost:3000 --remote 8080'],
    ['connect -D 1080 office', 'clawreach forward add office --mode socks5 --port 1080'],
    ['connect -p 22 office', 'ClawReach finds the machine by its name; no port is needed.'],
    ['forward 8080 localhost:80', 'clawreach forward port --local 8080 --remote localhost:80'],
    ['forward 8080:localhost:80', 'clawreach forward port --local 8080 --remote localhost:80'],
  ])('with an option of ssh leads to the command for it: %s', async (line, command) => {
    const { exit, stderr, host } = await run(line);
    expect(exit).toBe(2);
    expect(stderr).toContain(command);
    expect(host.calls).toEqual([]);
  });

  it('takes a misspelled option after a name for nothing else', async () => {
    const { stderr } = await run('connect office --jsn');
    expect(stderr).toContain("Unknown option '--jsn' (Did you mean --json?)");
    expect(stderr).not.toContain('To run a command');
  });

  it('reports errors as JSON where that is wanted', async () => {
    const { exit, stderr } = await run('list --frobnicate --json');
    expect(exit).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'usage.command-line' } });
  });

  it('takes --json before the command too', async () => {
    const { stdout } = await run('--json status');
    expect(JSON.parse(stdout)).toMatchObject({ pid: 4711 });
  });

  it('renders an error with what, code, why and next, without control characters', async () => {
    const { exit, stderr } = await run('safety-number x', {
      'peers.get': () =>
        Promise.reject(new ClawReachError('test.odd', 'odd \u001b[31mthing', { details: { name: '\u0007' } })),
    });
    expect(exit).toBe(1);
    expect(stderr).toBe(
      'clawreach: odd ⟨U+001B⟩[31mthing  [test.odd]\n  Error code: test.odd.\n  Run `clawreach status` to see the state of this machine.\n',
    );
  });
});

describe('the agent', () => {
  it('is started in the background by commands that need it, which say so', async () => {
    const { exit, host, stderr } = await run('safety-number office', RIGHTS, { running: false });
    expect(exit).toBe(0);
    expect(host.prepared).toEqual(['/home/ada/.config/clawreach']);
    expect(host.started).toEqual([{ profile: '/home/ada/.config/clawreach' }]);
    expect(stderr).toContain('Started ClawReach in the background (pid 42, log /log).\n');
  });

  it.each(['rights office', 'config', 'list', 'forward list'])('is not started to show something: %s', async (line) => {
    const { exit, host } = await run(line, RIGHTS, { running: false });
    expect(exit).toBe(3);
    expect(host.started).toEqual([]);
  });

  it('is started without a word in JSON mode', async () => {
    const { stderr, stdout } = await run('safety-number office --json', RIGHTS, { running: false });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ peer: 'office' });
  });

  it.each(['status', 'list', 'history --clear', 'approvals', 'approvals --follow', 'stop --keep-terminals'])(
    'is not started by %s, which shows or stops what is running',
    async (command) => {
      const { exit, host, stderr } = await run(command, {}, { running: false });
      expect(exit).toBe(3);
      expect(host.started).toEqual([]);
      expect(stderr).toContain('[control.not-running]');
      expect(stderr).toContain('`clawreach run --detach`');
    },
  );

  it.each(['status', 'list'])('is set up by pairing on a new machine, as %s says', async (command) => {
    const host = createFakeHost({}, { running: false });
    host.agent.hasProfile = false;
    await runCommandLine([command], host);
    const text = host.stderr.text.replaceAll(/\s+/g, ' ');
    expect(text).toContain("ClawReach isn't set up on this machine yet.");
    expect(text).toContain('`clawreach pair`, which shows a code for your other machine, or `clawreach pair -`');
    expect(text).not.toMatch(/(?<!-)\bprofile\b/);
    expect(host.stderr.text).not.toContain('clawreach run');
  });

  it('that does not come up is told with its log', async () => {
    const host = createFakeHost({}, { running: false });
    host.agent.startFails = true;
    const exit = runCommandLine(['ping', 'office'], host);
    await host.clock.advance(5000);
    expect(await exit).toBe(1);
    expect(host.stderr.text).toContain('[agent.start-failed]');
    expect(host.stderr.text).toContain('/log');
  });

  it('that lives but has not answered yet is said to be starting, not to have failed', async () => {
    const host = createFakeHost({}, { running: false });
    const slow: typeof host = {
      ...host,
      startAgent: async (options) => {
        const agent = await host.startAgent(options);
        host.agent.running = false;
        return agent;
      },
    };
    const exit = runCommandLine(['ping', 'office'], slow);
    // A busy machine takes long: the command waits as long as the process runs.
    await host.clock.advance(179_000);
    expect(host.stderr.text).not.toContain('agent.start');
    await host.clock.advance(2000);
    expect(await exit).toBe(1);
    expect(host.stderr.text).toContain('ClawReach is still starting (pid 42).');
    expect(host.stderr.text).toContain('Run the command again.');
  });

  it('starts while `pair -` asks for the code, and ends the question if it fails', async () => {
    const host = createFakeHost({}, { running: false, terminal: true });
    host.agent.startFails = true;
    const exit = runCommandLine(['pair', '-'], host);
    await vi.waitUntil(() => host.stderr.text.includes('Code or link of the other machine:'));
    expect([host.started.length, host.agent.running]).toEqual([1, false]);
    await host.clock.advance(30_000);
    expect(await exit).toBe(1);
    expect(host.stderr.text).toMatch(/Code or link of the other machine: \n.*\[agent\.start-failed\]/s);
    expect(host.stderr.text).not.toContain('Starting ClawReach…');
  });

  it('may have been started by another command at the same moment', async () => {
    const host = createFakeHost(RIGHTS, { running: false });
    host.agent.startFails = true;
    const exit = runCommandLine(['safety-number', 'office'], host);
    await host.clock.advance(500);
    host.agent.running = true;
    await host.clock.advance(100);
    expect(await exit).toBe(0);
    expect(host.stderr.text).toContain('Another command');
  });

  it('is stopped and waited for', async () => {
    let stopped = false;
    const host = createFakeHost({
      'agent.stop': async () => {
        stopped = true;
        return {};
      },
    });
    const exit = runCommandLine(['stop'], host);
    await host.clock.advance(100);
    expect(stopped).toBe(true);
    host.agent.running = false;
    await host.clock.advance(100);
    expect(await exit).toBe(0);
    expect(host.stdout.text).toBe('ClawReach (pid 4711) has stopped.\n');
  });

  it('may reset connections while it stops', async () => {
    const host = createFakeHost();
    let visits = 0;
    const closing = {
      ...host,
      connect: (profile: string) => {
        visits += 1;
        if (visits === 2) return Promise.reject(new ClawReachError('control.failed', 'ECONNRESET'));
        return visits > 2 ? Promise.resolve(undefined) : host.connect(profile);
      },
    };
    const exit = runCommandLine(['stop'], closing);
    await host.clock.advance(100);
    expect(await exit).toBe(0);
    expect(visits).toBe(3);
  });

  it('runs in the foreground until a signal and prints what changes once', async () => {
    const host = createFakeHost({ 'relay.ready': async () => createRelay() }, { running: false });
    const exit = runCommandLine(['run', '--name', 'office', '--shell', '/bin/sh', '--profile', '/p'], host);
    await settle(10);
    expect(host.headless).toMatchObject([{ profile: '/p', name: 'office', shell: '/bin/sh', background: false }]);
    host.server.broadcast('status.changed', createStatus());
    host.server.broadcast(
      'status.changed',
      createStatus({ relay: createRelay({ state: 'waiting', retryAt: NOW + 4000, problem: 'relay.dns' }) }),
    );
    await settle(5);
    host.interrupt('SIGTERM');
    expect(await exit).toBe(0);
    const lines = host.stdout.text.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain('laptop');
    expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d {2}Relay wss:\/\/relay\.example:7474: online · 1 machine online$/);
    expect(lines[2]).toContain('not connected, retrying in 4 s');
  });

  it('ends when the relay that the command line names will not have this device', async () => {
    const { exit, stderr } = await run(
      'run --relay wss://relay.example:7474 --admission-stdin',
      {
        'relay.configure': async () => createRelay({ state: 'connecting' }),
        'relay.ready': () => Promise.reject(new ClawReachError('relay.admission', 'no')),
      },
      { running: false, input: 'wrong' },
    );
    expect(exit).toBe(7);
    expect(stderr).toContain('[relay.admission]');
  });

  it('goes on when that relay merely does not answer yet', async () => {
    const host = createFakeHost(
      {
        'relay.configure': async () => createRelay({ state: 'connecting' }),
        'relay.ready': () => Promise.reject(new ClawReachError('relay.connection-refused', 'no')),
      },
      { running: false },
    );
    const exit = runCommandLine(['run', '--relay', 'wss://other.example:7474'], host);
    await settle(10);
    expect(host.stderr.text).toContain('[relay.connection-refused]');
    host.interrupt();
    expect(await exit).toBe(0);
  });

  it('writes no line over a question', async () => {
    const untrusted = new ClawReachError('relay.untrusted', 'own', { details: { pin: 'ab'.repeat(32) } });
    const failed = createStatus({ relay: createRelay({ state: 'failed', problem: 'relay.untrusted' }) });
    const answers: (() => Promise<ReturnType<typeof createRelay>>)[] = [
      () => Promise.reject(untrusted),
      async () => createRelay(),
    ];
    const host = createFakeHost(
      {
        'status.get': async () => createStatus({ relay: createRelay({ state: 'connecting' }) }),
        'relay.configure': async () => createRelay({ state: 'connecting' }),
        'relay.ready': () => (answers.shift() ?? (async () => createRelay()))(),
      },
      { running: false, terminal: true },
    );
    const exit = runCommandLine(['run', '--relay', 'wss://relay.example:7474'], host);
    await expect.poll(() => host.stderr.text).toMatch(/Do they match\? \[y\/N\] $/);
    host.server.broadcast('status.changed', failed);
    await settle(10);
    expect(host.stdout.text.trimEnd().split('\n')).toHaveLength(1);
    host.stdin.write('y\n');
    await settle(20);
    host.server.broadcast('status.changed', createStatus());
    await settle(10);
    expect(host.stdout.text).toContain('online · 1 machine online');
    host.interrupt();
    expect(await exit).toBe(0);
  });

  it('is not run twice for one profile', async () => {
    const { exit, stderr, host } = await run('run');
    expect(exit).toBe(1);
    expect(stderr).toContain('[control.in-use]');
    expect(host.headless).toEqual([]);
  });
});

describe('list', () => {
  it('shows a table that knows offline peers, rights and foreign names', async () => {
    const { stdout } = await run('list', {
      'peers.list': async () => [
        createPeer({
          rights: {
            terminal: { decision: 'allow', expiresAt: null },
            view: ASK,
            relay: ASK,
            forward: ASK,
            prompt: ASK,
            message: ASK,
            send: ASK,
            wake: ASK,
            files: { decision: 'deny', expiresAt: null },
            introduce: ASK,
          },
        }),
        createPeer({ name: 'b\u001b[2Ja', path: 'offline', online: false, rtt: 3, lastSeenAt: null }),
      ],
    });
    expect(stdout).toBe(
      [
        'NAME           PATH                   RTT  MAY DO HERE          ID',
        'b⟨U+001B⟩[2Ja  offline, never seen      -  asks each time       0123456',
        'office         relay                47 ms  terminal, else asks  0123456',
        '',
      ].join('\n'),
    );
  });

  it('asks for measured values and tells why the relay is not there', async () => {
    const { host, stderr } = await run('list', {
      'status.get': async () => createStatus({ relay: createRelay({ state: 'failed', problem: 'relay.unset' }) }),
      'peers.list': async () => [createPeer()],
    });
    expect(inputs(host, 'peers.list')).toEqual([{ measure: true }]);
    expect(stderr).toContain('stopped retrying');
    expect(stderr).toContain('[relay.unset]');
  });

  it('says the next step about a relay that wants a token', async () => {
    const relay = createRelay({ state: 'failed', problem: 'relay.admission-needed', url: 'wss://relay.test:7474' });
    const { stderr } = await run('list', {
      'status.get': async () => createStatus({ relay }),
      'peers.list': async () => [createPeer()],
    });
    expect(stderr).toContain(
      'Run `clawreach config relay wss://relay.test:7474` in a terminal, which asks for the token',
    );
  });

  it('teaches when it is empty', async () => {
    expect((await run('list', { 'peers.list': async () => [] })).stdout).toContain('clawreach pair');
  });
});

describe('ping', () => {
  const handlers: Partial<AppHandlers> = { 'peers.get': async () => createPeer() };

  it('prints a line a reply and the summary', async () => {
    const times = [10.2, 20, 60];
    const host = createFakeHost({
      ...handlers,
      'peers.ping': async () => ({ path: 'relay', address: 'h:1', rtt: times.shift() ?? 0 }),
    });
    const exit = runCommandLine(['ping', 'office', '-c', '3'], host);
    await host.clock.advance(5000);
    expect(await exit).toBe(0);
    expect(host.stdout.text.split('\n')).toEqual([
      'office: 10 ms via relay h:1',
      'office: 20 ms via relay h:1',
      'office: 60 ms via relay h:1',
      '',
      '3 sent, 3 answered, min/avg/max 10 ms / 30 ms / 60 ms',
      '',
    ]);
  });

  it('shows the summary after Ctrl-C', async () => {
    const host = createFakeHost({
      ...handlers,
      'peers.ping': async () => ({ path: 'direct', address: 'h:1', rtt: 2 }),
    });
    const exit = runCommandLine(['ping', 'office', '-c', '0', '--json'], host);
    await host.clock.advance(1500);
    host.interrupt();
    expect(await exit).toBe(0);
    const lines = host.stdout.text
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as Record<string, unknown>);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatchObject({ peer: 'office', sequence: 1, path: 'direct', rtt: 2 });
    expect(lines[2]).toEqual({ summary: { sent: 2, answered: 2, min: 2, avg: 2, max: 2, why: null } });
  });

  it('ends with the reason when nothing was answered', async () => {
    const host = createFakeHost({
      ...handlers,
      'peers.ping': () => Promise.reject(new ClawReachError('relay.refused.offline', 'offline')),
    });
    const exit = runCommandLine(['ping', 'office', '-c', '2'], host);
    await host.clock.advance(5000);
    expect(await exit).toBe(4);
    expect(host.stdout.text).toContain('2 sent, 0 answered');
    // The cause and the next step come once, at the end.
    expect(host.stderr.text.match(/Start ClawReach there/g)).toHaveLength(1);
  });

  it.each(['peer.forgot', 'peer.unknown', 'peer.suspended'])(
    'is over with the first final answer: %s',
    async (code) => {
      const host = createFakeHost({
        ...handlers,
        'peers.ping': () =>
          Promise.reject(new ClawReachError(code, 'gone', { details: { name: 'office', word: 'W' } })),
      });
      const exit = runCommandLine(['ping', 'office', '-c', '0'], host);
      await host.clock.advance(5000);
      expect(await Promise.race([exit, settle().then(() => 'still pinging')])).not.toBe('still pinging');
      expect(inputs(host, 'peers.ping')).toHaveLength(1);
      expect([host.stdout.text, host.stderr.text.split(`[${code}]`)]).toEqual([
        '',
        expect.objectContaining({ length: 2 }),
      ]);
    },
  );
});

it('`forward remove` names the forward that is not there', async () => {
  const { host, exit, stderr } = await run('forward remove wrong', { 'forwards.list': async () => [] });
  expect(exit).not.toBe(0);
  expect(stderr).toContain('There is no forward "wrong". Nothing was removed.');
  expect(inputs(host, 'forwards.remove')).toEqual([]);
});

describe('rights', () => {
  const handlers: Partial<AppHandlers> = {
    'peers.get': async () => createPeer(),
    'rights.set': async ({ decision, expiresAt }) =>
      createPeer({
        rights: {
          terminal: { decision, expiresAt },
          view: ASK,
          relay: ASK,
          forward: ASK,
          prompt: ASK,
          message: ASK,
          send: ASK,
          wake: ASK,
          files: { decision: 'deny', expiresAt: null },
          introduce: ASK,
        },
      }),
    'targets.list': async () => [],
    'targets.temporary': async () => [],
  };

  it('are given with an end', async () => {
    const { host, exit } = await run('rights office --allow terminal --for 2h', handlers);
    expect(exit).toBe(0);
    expect(inputs(host, 'rights.set')).toEqual([
      { peer: PEER_ID, right: 'terminal', decision: 'allow', expiresAt: NOW + 2 * HOUR },
    ]);
  });

  it.each(['pass-through', 'relay'])('name the right to connect through this machine: %s', async (name) => {
    const { host, exit, stdout } = await run(`rights office --allow ${name}`, handlers);
    expect(exit).toBe(0);
    expect(inputs(host, 'rights.set')).toMatchObject([{ right: 'relay', decision: 'allow' }]);
    expect(stdout).toContain('pass-through:');
  });

  it('are shown', async () => {
    expect((await run('rights office', handlers)).stdout).toBe(
      'office  terminal: asks you each time\noffice  view: asks you each time\noffice  pass-through: asks you each time\noffice  forward: asks you each time\noffice  prompt: asks you each time\noffice  message: asks you each time\noffice  send: asks you each time\noffice  wake: asks you each time\noffice  files: denied\noffice  introduce: asks you each time\n',
    );
    // After a change, only what has changed.
    expect((await run('rights office --deny terminal', handlers)).stdout).toBe('office  terminal: denied\n');
  });

  it.each([
    ['rights office --deny terminal', 2, 'Closed 2 terminals that office had open here.'],
    ['rights office --ask terminal', 1, 'Closed 1 terminal that office had open here.'],
    ['rights office --deny terminal', 0, ''],
    ['rights office --deny view', 2, ''],
  ])('say how many terminals were closed: %s with %d', async (line, open, said) => {
    const served = (index: number, peerId: string): ServedTerminalView => ({
      terminal: `${index}`.repeat(32),
      title: 'bash',
      startedAt: 0,
      attached: true,
      cols: 80,
      rows: 24,
      peerId,
      peerName: '',
      viewers: [],
    });
    const rights = { ...createPeer().rights, terminal: ALLOW };
    let isClosed = false;
    const { stderr } = await run(line, {
      ...handlers,
      'peers.get': async () => createPeer({ rights }),
      'rights.set': async () => {
        isClosed = true;
        return createPeer();
      },
      // Those of others aren't counted, nor is what a closed one leaves.
      'terminal.served': async () =>
        isClosed ? [] : [served(9, 'Z'.repeat(56)), ...Array.from({ length: open }, (_, at) => served(at, PEER_ID))],
    });
    expect(stderr.trim()).toBe(said);
  });

  it('are shown with the targets that are allowed one by one, and until when', async () => {
    const targets = [
      { kind: 'connect', host: '10.0.0.0/8', ports: '*', expiresAt: NOW + 2 * HOUR },
      { kind: 'listen', host: '::1', ports: '8080', expiresAt: null },
    ] as const;
    const withTargets: Partial<AppHandlers> = {
      ...handlers,
      'targets.list': async () => [...targets],
      'targets.temporary': async () => [],
    };
    const { stdout } = await run('rights office', withTargets);
    expect(stdout).toMatch(
      /office {2}targets allowed without asking:\n {2}10\.0\.0\.0\/8:\* until .+\n {2}listens at \[::1\]:8080\n$/,
    );
    expect(JSON.parse((await run('rights office --json', withTargets)).stdout)).toMatchObject({
      peer: 'office',
      rights: { forward: ASK },
      targets,
    });
  });

  it.each([
    ['send=1GiB', 1024 ** 3, '1.0 GiB'],
    ['send=500mib', 500 * 1024 ** 2, '500 MiB'],
    ['view,send=1.5g', 1.5 * 1024 ** 3, '1.5 GiB'],
    ['send=1000', 1000, '1000 B'],
  ])('allow files up to a size: %s', async (words, most, shown) => {
    const { host, stdout } = await run(`rights office --allow ${words}`, {
      ...handlers,
      'rights.set': async (grant) =>
        createPeer({
          rights: { ...createPeer().rights, send: { decision: 'allow', expiresAt: null, most: grant.most } },
        }),
    });
    expect(inputs(host, 'rights.set').at(-1)).toEqual({
      peer: PEER_ID,
      right: 'send',
      decision: 'allow',
      expiresAt: null,
      most,
    });
    expect(stdout).toContain(`office  send: allowed, up to ${shown} a transfer\n`);
  });

  it.each([
    ['rights office --allow root', 'usage.right'],
    ['rights office --allow terminal --deny terminal', 'usage.rights-conflict'],
    ['rights office --allow terminal --for soon', 'usage.duration'],
    ['rights office --deny terminal --for 2h', 'usage.for'],
    ['rights office --for 2h', 'usage.for'],
    ['rights office --hands-on terminal --for 30d', 'usage.for'],
    ['rights office --ask terminal --for 2h', 'usage.for-ask'],
    ['rights office --allow terminal --ask view --for 2h', 'usage.for-ask'],
    ['rights office --allow send=much', 'usage.command-line'],
    ['rights office --allow send=0', 'usage.command-line'],
    ['rights office --allow view=1GiB', 'usage.command-line'],
    ['rights office --ask send=1GiB', 'usage.command-line'],
    ['rights office --allow send=1GiB --deny send', 'usage.rights-conflict'],
  ])('refuse %j before anything is asked of the agent', async (line, code) => {
    const { host, exit, stderr } = await run(line, handlers, { running: false });
    expect(exit).toBe(2);
    expect(stderr).toContain(`[${code}]`);
    expect(host.started).toEqual([]);
  });
});

describe('approvals', () => {
  const approval = {
    id: 7,
    kind: 'right',
    peerId: PEER_ID,
    peerName: 'office',
    right: 'terminal',
    detail: 'rm -rf \u001b[8m/',
    requestedAt: NOW,
    expiresAt: NOW + 100_000,
    state: 'pending',
    decidedAt: null,
  } as const;

  it('are listed with what exactly is asked and how long it waits', async () => {
    const { stdout } = await run('approvals', { 'approvals.list': async () => [approval] });
    expect(stdout).toBe(
      'ID  MACHINE  MACHINE ID  STATE                WANTS\n' +
        ' 7  office   0123456     waiting, 1 min left  terminal: rm -rf ⟨U+001B⟩[8m/\n' +
        '\nTo answer:\n    clawreach approvals approve 7\n    clawreach approvals decline 7\n',
    );
  });

  it('are listed beside browsers that ask to be added, whose words are compared, or are dismissed [S-APPROVE-5]', async () => {
    const ASKER = newDevice().peerId;
    const asking = {
      peerId: ASKER,
      shortId: ASKER.slice(0, 7),
      name: 'Fire\u001b[8mfox',
      system: 'linux',
      account: 'ann@example.org',
      requestedAt: NOW,
      expiresAt: NOW + 540_000,
    } as const;
    const handlers: Partial<AppHandlers> = {
      'approvals.list': async () => [approval],
      'adding.requests': async () => [asking],
      'adding.dismiss': async () => ({}),
    };
    const { stdout, host } = await run('approvals', handlers);
    expect(stdout).toContain(
      `A browser of ann@example.org asks to be added: Fire⟨U+001B⟩[8mfox on Linux (${ASKER.slice(0, 7)}), 9 min left`,
    );
    expect(stdout).toContain('The relay says so; nothing proves it.');
    expect(stdout).toContain(`    clawreach approvals approve ${ASKER.slice(0, 7)}\n`);
    expect(host.calls.map(({ call }) => call)).toEqual(['approvals.list', 'adding.requests']);
    const alone = await run('approvals', { ...handlers, 'approvals.list': async () => [] });
    expect(alone.stdout).toMatch(/^A browser of ann@example\.org/);
    expect(alone.stdout).toContain('    clawreach approvals approve\n');
    const json: unknown = JSON.parse((await run('approvals --json', handlers)).stdout);
    expect(json).toMatchObject([{ kind: 'right' }, { kind: 'adding', state: 'pending', account: 'ann@example.org' }]);
    const dismissed = await run(`approvals dismiss ${ASKER.slice(0, 7)}`, handlers);
    expect(inputs(dismissed.host, 'adding.dismiss')).toEqual([{ peerId: ASKER }]);
    expect(dismissed.stdout).toContain('was not added');
    expect((await run(`approvals dismiss ${ASKER}0`, handlers)).exit).toBe(2);
  });

  it('are approved for a time, which is told with its end and how to end it before', async () => {
    const { host, stdout } = await run('approvals approve 7 --for 1h30m', {
      'approvals.decide': async () => ({ ...approval, state: 'approved', decidedAt: NOW, until: NOW + 5_400_000 }),
    });
    expect(inputs(host, 'approvals.decide')).toEqual([{ id: 7, decision: 'approve', duration: 5_400_000 }]);
    expect(stdout).toMatch(/office isn't asked about again until .*; what it runs under this permission ends then\./u);
    expect(stdout).toContain('clawreach rights office --ask terminal');
    const odd = await run('approvals approve 7 --for 1h', {
      'approvals.decide': async () => ({
        ...approval,
        peerName: 'old laptop',
        right: 'relay',
        state: 'approved',
        decidedAt: NOW,
        until: NOW + 3_600_000,
      }),
    });
    // A command that can be copied.
    expect(odd.stdout).toContain("`clawreach rights 'old laptop' --ask pass-through`");
    for (const time of ['10s', '31d', 'soon']) expect((await run(`approvals approve 7 --for ${time}`)).exit).toBe(2);
  });

  it('about files are approved up to a size from now on, which is told', async () => {
    const files = { ...approval, right: 'send', detail: 'send a', size: 10 } as const;
    const { host, stdout } = await run('approvals approve 7 --remember --up-to 2GiB', {
      'approvals.decide': async ({ most }) => ({ ...files, state: 'approved', decidedAt: NOW, always: true, most }),
    });
    expect(inputs(host, 'approvals.decide')).toEqual([
      { id: 7, decision: 'approve', remember: true, most: 2 * 1024 ** 3 },
    ]);
    expect(stdout).toContain("up to 2.0 GiB a transfer. You're asked about larger ones.\n");
    for (const words of ['--up-to 2GiB', '--remember --up-to much', '--remember --up-to 0'])
      expect((await run(`approvals approve 7 ${words}`)).exit).toBe(2);
  });

  it('are named with the full command where the number is missing, and several wait or no one can be asked', async () => {
    const waiting = await run('approvals approve', { 'approvals.list': async () => [approval] });
    expect(waiting.exit).toBe(2);
    expect(waiting.stderr).toContain('Waiting: `clawreach approvals approve 7` (office');
    expect(waiting.stderr).toContain('Without a terminal, name its number.');
    expect(inputs(waiting.host, 'approvals.decide')).toEqual([]);
    const two = await run('approvals decline', { 'approvals.list': async () => [approval, { ...approval, id: 8 }] });
    expect(two.stderr).toMatch(/`clawreach approvals decline 7` .*; `clawreach approvals decline 8` /);
    expect(inputs(two.host, 'approvals.decide')).toEqual([]);
    const none = await run('approvals decline', { 'approvals.list': async () => [] });
    expect(none.stderr).toMatch(/^clawreach: No requests are waiting\./);
  });

  it.each(['decline', 'ignore'])('%s takes the only one that waits without its number', async (word) => {
    const { host, exit } = await run(`approvals ${word}`, {
      'approvals.list': async () => [approval, { ...approval, id: 6, state: 'denied', decidedAt: NOW }],
      'approvals.decide': async () => ({ ...approval, state: 'denied', decidedAt: NOW }),
    });
    expect(exit).toBe(0);
    expect(inputs(host, 'approvals.decide')).toEqual([expect.objectContaining({ id: 7 })]);
  });

  it.each([
    ['y', 0, [{ id: 7, decision: 'approve' }]],
    ['n', 1, []],
    ['', 1, []],
  ])('approve shows the only one that waits, and asks first: %s', async (answer, code, decided) => {
    const handlers: Partial<AppHandlers> = {
      'approvals.list': async () => [{ ...approval, facts: [{ fact: 'folder', value: '/srv' }] }],
      'approvals.decide': async () => ({ ...approval, state: 'approved', decidedAt: NOW }),
    };
    const host = createFakeHost(handlers, { terminal: true });
    // Typed before the request was shown: no answer to it.
    host.stdin.write('y\n');
    const exit = runCommandLine(['approvals', 'approve'], host);
    await typeAnswer(host, `${answer}\n`);
    expect(await exit).toBe(code);
    expect(host.stderr.text).toMatch(/office[^]*rm -rf[^]*folder: \/srv[^]*Approve this request\?/);
    expect(host.stderr.text.includes('`clawreach approvals decline 7`')).toBe(code === 1);
    expect(inputs(host, 'approvals.decide')).toEqual(decided);
  });

  it('say after ignoring how to be asked again', async () => {
    const { stdout } = await run('approvals ignore 7', {
      'approvals.decide': async () => ({ ...approval, state: 'ignored', decidedAt: NOW }),
    });
    expect(stdout).toContain('To be asked again: `clawreach rights office --ask terminal`\n');
  });

  it('say what is asked in the words of the window, and show a prompt and a message as they are', async () => {
    const watching = { ...approval, right: 'view', detail: 'look on at a terminal of lena' } as const;
    const prompt = { ...approval, id: 6, right: 'prompt', detail: 'look on at a terminal of lena' } as const;
    const message = { ...prompt, id: 7, right: 'message' } as const;
    const { stdout } = await run('approvals', { 'approvals.list': async () => [watching, prompt, message] });
    expect(stdout).toContain('view: watch a terminal of lena\n');
    expect(stdout).toContain('prompt: look on at a terminal of lena\n');
    expect(stdout).toContain('message: look on at a terminal of lena\n');
  });

  it('of peers whose words nobody has confirmed say what comes first, by an id where the name could be an option', async () => {
    const uncompared = { ...approval, uncompared: true } as const;
    const { stdout } = await run('approvals', {
      'approvals.list': async () => [uncompared, { ...uncompared, id: 6, peerName: '--words-confirmed-elsewhere' }],
    });
    expect(stdout).toContain('office (words not compared)');
    expect(stdout).toMatch(
      /can only decline these requests:\n {4}clawreach confirm office\n {4}clawreach confirm 0123456\n\nTo answer:\n {4}clawreach approvals decline 7\n$/,
    );
    const error = new ClawReachError('peer.uncompared', 'no', { details: { name: 'office', word: 'EE09QX5' } });
    const { exit, stderr } = await run('approvals approve 7', { 'approvals.decide': () => Promise.reject(error) });
    expect(stderr).toContain('clawreach confirm EE09QX5');
    expect(exit).toBe(8);
  });

  it('show right-to-left letters that a terminal could reorder as codes, and a prompt as prose [S-NAME-4]', async () => {
    const facts = [{ fact: 'folder', value: '/srv/\u05d0/1/\u05d1' }] as const;
    const asked = { ...approval, peerName: '\u05d0-mac', detail: 'run: rm -rf /\u05d0/1/\u05d1', facts };
    const prompt = { ...approval, id: 6, right: 'prompt', detail: '\u05d0 1 \u05d1' } as const;
    const message = { ...prompt, id: 7, right: 'message', detail: 'write to coder: \u05d0 1 \u05d1' } as const;
    const { stdout } = await run('approvals', { 'approvals.list': async () => [asked, prompt, message] });
    expect(stdout).toContain('run: rm -rf /⟨U+05D0⟩/1/⟨U+05D1⟩');
    expect(stdout).toContain('folder: /srv/⟨U+05D0⟩/1/⟨U+05D1⟩');
    expect(stdout).toContain('⟨U+05D0⟩-mac');
    expect(stdout).toContain('prompt: \u05d0 1 \u05d1\n');
    expect(stdout).toContain('message: write to coder: \u05d0 1 \u05d1\n');
    const json = await run('approvals --json', { 'approvals.list': async () => [asked] });
    expect(json.stdout).toMatch(/^[ -~\n]*$/);
    expect(JSON.parse(json.stdout)).toMatchObject([{ detail: asked.detail, facts }]);
  });

  it('are never cut to the width of the terminal, and what decides stands on lines of its own [S-ASK-3]', async () => {
    const detail = `run: sh -c '${'true; '.repeat(60)}rm -rf ~'`;
    const facts = [
      { fact: 'folder', value: `/srv/${'deep/'.repeat(60)}` },
      { fact: 'term', value: 'xterm' },
    ] as const;
    const { stdout } = await run('approvals', { 'approvals.list': async () => [{ ...approval, detail, facts }] });
    const [, request = '', ...lines] = stdout.split('\n');
    expect(request.endsWith(detail)).toBe(true);
    expect(lines.map((line) => line.trim()).slice(0, 3)).toEqual([
      `folder: ${facts[0].value}`,
      'terminal type: xterm',
      '',
    ]);
  });

  it.each([
    ['approve 7', { id: 7, decision: 'approve' }],
    ['approve 7 --remember', { id: 7, decision: 'approve', remember: true }],
    ['refuse 7', { id: 7, decision: 'not-now' }],
    ['ignore 7', { id: 7, decision: 'ignore' }],
  ])('are answered with %s', async (line, input) => {
    const { host, exit, stdout } = await run(`approvals ${line}`, {
      'approvals.decide': async () => ({ ...approval, state: 'approved', decidedAt: NOW }),
    });
    expect(exit).toBe(0);
    expect(inputs(host, 'approvals.decide')).toEqual([input]);
    expect(stdout).toContain('approved');
  });

  it('that are declined for a while say for how long, and are asked again on demand', async () => {
    const declined = { ...approval, state: 'denied', decidedAt: NOW, declinedUntil: NOW + 60_000 } as const;
    const answered = await run('approvals decline 7', { 'approvals.decide': async () => declined });
    expect(answered.stdout).toContain(
      'declined for 1 min. To be asked again before: `clawreach approvals ask-again 7`',
    );
    const listed = await run('approvals --all', { 'approvals.list': async () => [declined] });
    expect(listed.stdout).toContain('declined, 1 min more');
    const { host, exit, stdout } = await run('approvals ask-again 7', { 'approvals.askAgain': async () => ({}) });
    expect(exit).toBe(0);
    expect(inputs(host, 'approvals.askAgain')).toEqual([{ id: 7 }]);
    expect(stdout).toContain('You are asked again');
  });

  it('that are approved for good say how far that goes [S-ASK-3]', async () => {
    const { stdout } = await run('approvals approve 7 --remember', {
      'approvals.decide': async () => ({ ...approval, state: 'approved', decidedAt: NOW }),
    });
    expect(stdout).toContain('office may open any terminal and run any command here from now on');
  });

  it('that are approved once say how long a target may be used, and nothing of the kind for others', async () => {
    const approve = async (right: 'forward' | 'terminal') =>
      await run('approvals approve 7', {
        'approvals.decide': async () => ({ ...approval, right, state: 'approved', decidedAt: NOW }),
      });
    const once = (await approve('forward')).stdout;
    expect(once).toContain('office may use this target until it disconnects');
    expect(once).toContain('For good: `clawreach targets office --allow HOST:PORT`');
    expect((await approve('terminal')).stdout).not.toContain('may use this target');
  });
});

describe('pair', () => {
  const words = ['crystal', 'orbit', 'mango', 'velvet'];
  /** Paired, and not compared: what `--allow` gave is pending. */
  const pending = (compared = false) =>
    createPeer({
      pairing: { words, compared, pending: compared ? {} : { terminal: ALLOW } },
      rights: {
        terminal: compared ? ALLOW : ASK,
        view: ASK,
        relay: ASK,
        forward: ASK,
        prompt: ASK,
        message: ASK,
        send: ASK,
        wake: ASK,
        files: { decision: 'deny', expiresAt: null },
        introduce: ASK,
      },
    });
  const joining: Partial<AppHandlers> = {
    'peers.list': async () => [],
    'pairing.join': async (_input, { progress }) => {
      progress('joined');
      return { peer: createPeer(), words };
    },
    'rights.set': async ({ decision, expiresAt }) =>
      createPeer({
        rights: {
          terminal: { decision, expiresAt },
          view: ASK,
          relay: ASK,
          forward: ASK,
          prompt: ASK,
          message: ASK,
          send: ASK,
          wake: ASK,
          files: { decision: 'deny', expiresAt: null },
          introduce: ASK,
        },
      }),
  };
  const uncompared: Partial<AppHandlers> = {
    ...joining,
    'pairing.join': async () => ({ peer: pending(), words }),
    'pairing.confirm': async () => pending(true),
    'peers.forget': async () => ({ told: true }),
  };

  /** On a terminal: each answer is typed when its question stands there. */
  async function typing(
    line: readonly string[],
    handlers: Partial<AppHandlers>,
    answers: readonly (readonly [question: string, answer: string])[],
  ) {
    const host = createFakeHost(handlers, { terminal: true });
    const exit = runCommandLine(line, host);
    for (const [question, answer] of answers) {
      await expect.poll(() => host.stderr.text).toContain(question);
      host.stdin.write(`${answer}\n`);
    }
    return { host, exit: await exit, stdout: host.stdout.text, stderr: host.stderr.text };
  }
  const COMPARE = 'Does the other screen show the same words?';
  const CODE = ['Code or link of the other machine:', 'ABCD1234'] as const;

  it('joins with a code from the standard input, shows the words and what to do when they differ', async () => {
    const { host, exit, stdout, stderr } = await run('pair -', joining, { input: 'abcd-1234\n' });
    expect(exit).toBe(0);
    expect(inputs(host, 'pairing.join')).toEqual([{ codeOrLink: 'abcd-1234', allow: [] }]);
    expect(stdout).toContain('crystal  orbit  mango  velvet');
    expect(stdout).toContain('clawreach forget office');
    expect(stdout).toContain('clawreach rights office --allow terminal');
    expect(stderr).toBe('');
    expect(inputs(host, 'rights.set')).toEqual([]);
  });

  it('tells that it has taken the relay of the other machine, and only then', async () => {
    let url: string | null = null;
    const taking = (own: string | null): Partial<AppHandlers> => ({
      ...joining,
      'status.get': async () => createStatus({ relay: createRelay({ url: own ?? url }) }),
      'pairing.join': async () => {
        url = 'wss://theirs.example:7474';
        return { peer: createPeer(), words };
      },
    });
    const [joins, line] = ['pair - --at 192.168.1.20', 'This machine now uses the relay '];
    expect((await run(joins, taking(null), { input: 'ABCD1234\n' })).stdout).toContain(
      `${line}wss://theirs.example:7474.\n`,
    );
    expect((await run(joins, taking('wss://own.example'), { input: 'ABCD1234\n' })).stdout).not.toContain(line);
  });

  it('says after joining that the relay still wants a token, and how to give it', async () => {
    const relay = createRelay({ state: 'failed', problem: 'relay.admission-needed' });
    const refused: Partial<AppHandlers> = {
      ...joining,
      'status.get': async () => createStatus({ relay }),
      'relay.ready': async () => {
        throw new ClawReachError('relay.admission-needed', 'no token');
      },
    };
    const { exit, stderr } = await run('pair -', refused, { input: 'ABCD1234\n' });
    expect(exit).toBe(0);
    expect(stderr).toContain("The relay wss://relay.example:7474 doesn't admit this machine yet");
    expect(stderr).toContain('    clawreach config relay wss://relay.example:7474\n');
  });

  it('joins with a code from the environment', async () => {
    const { host, exit, stderr } = await run('pair', joining, { variables: { CLAWREACH_PAIR_CODE: 'abcd-1234' } });
    expect([exit, stderr]).toEqual([0, '']);
    expect(inputs(host, 'pairing.join')).toEqual([{ codeOrLink: 'abcd-1234', allow: [] }]);
  });

  it('asks for the code on a terminal', async () => {
    const { host, exit } = await typing(['pair', '-'], joining, [CODE, ['Allow office to open terminals', 'n']]);
    expect(exit).toBe(0);
    expect(inputs(host, 'pairing.join')).toEqual([{ codeOrLink: 'ABCD1234', allow: [] }]);
  });

  it('asks again for a code that is none, and gives up after three', async () => {
    const again = ["This isn't a pairing code.", 'ABCD1234'] as const;
    const { host, exit } = await typing(['pair', '-'], joining, [
      [CODE[0], 'y'],
      again,
      ['Allow office to open terminals', 'n'],
    ]);
    expect(exit).toBe(0);
    expect(inputs(host, 'pairing.join')).toEqual([{ codeOrLink: 'ABCD1234', allow: [] }]);
    const wrong = await typing(['pair', '-'], joining, [
      [CODE[0], 'y'],
      [again[0], 'clawreach://pair'],
      ['pairing link.', 'ABCD'],
    ]);
    expect([wrong.exit, inputs(wrong.host, 'pairing.join')]).toEqual([2, []]);
  });

  it('breaks its texts between words, and no command', async () => {
    const host = createFakeHost(uncompared, { terminal: true });
    host.stdout.columns = 30;
    const exit = runCommandLine(['pair', '-'], host);
    await typeAnswer(host, 'ABCD1234\n', CODE[0]);
    await typeAnswer(host, '\n', COMPARE);
    expect(await exit).toBe(0);
    const lines = host.stdout.text.split('\n').map((line) => stripVTControlCharacters(line));
    expect(lines.filter((line) => line.length > 30 && !line.startsWith('    '))).toEqual([]);
    expect(lines).toContain('    clawreach confirm office');
  });

  it.each(['ABCD1234', 'clawreach://pair?v=1&secret=hidden'])(
    'refuses %s as an argument on a terminal, and says how it is given [S-PAIR-11]',
    async (code) => {
      const host = createFakeHost(joining, { terminal: true, running: false });
      expect(await runCommandLine(['pair', code], host)).toBe(2);
      expect(host.stderr.text).toMatch(/\[usage\.secret-argument\][^]*clawreach pair -/);
      expect(host.stderr.text + host.stdout.text).not.toContain(code);
      expect(host.started).toEqual([]);
    },
  );

  it('takes a code as an argument in a script, with a warning [S-PAIR-11]', async () => {
    const { host, exit, stderr } = await run('pair ABCD1234', joining);
    expect(exit).toBe(0);
    expect(inputs(host, 'pairing.join')).toEqual([{ codeOrLink: 'ABCD1234', allow: [] }]);
    expect(stderr).toMatch(/^Warning: other users of this machine can read .*clawreach pair -/);
    expect(stderr).not.toContain('ABCD');
    const json = await run('pair ABCD1234 --json', joining);
    expect(JSON.parse(json.stderr)).toEqual({ warning: expect.stringContaining('clawreach pair -') });
  });

  it.each([
    ['y', [{ peer: PEER_ID, right: 'terminal', decision: 'allow', expiresAt: null }]],
    ['', []],
  ])('asks on a terminal whether the other may open terminals here; %j is its answer', async (answer, expected) => {
    const question = 'Allow office to open terminals on this machine? [y/N]';
    const { host, exit } = await typing(['pair', '-'], joining, [CODE, [question, answer]]);
    expect(exit).toBe(0);
    expect(inputs(host, 'rights.set')).toEqual(expected);
  });

  it('asks whether both screens show the words, and confirms them with a yes', async () => {
    const line = ['pair', '-', '--allow', 'terminal'];
    const { host, exit, stdout } = await typing(line, uncompared, [CODE, [COMPARE, 'y']]);
    expect(exit).toBe(0);
    expect(inputs(host, 'pairing.join')).toEqual([{ codeOrLink: 'ABCD1234', allow: ['terminal'] }]);
    expect(inputs(host, 'pairing.confirm')).toEqual([{ peer: PEER_ID, words }]);
    expect(stdout).toContain('office may open terminals here.');
  });

  it('forgets the other machine where the words differ, and ends with 7 [S-PAIR-8]', async () => {
    const { host, exit, stdout } = await typing(['pair', '-'], uncompared, [CODE, [COMPARE, 'n']]);
    expect(exit).toBe(7);
    expect(inputs(host, 'pairing.confirm')).toEqual([]);
    expect(inputs(host, 'peers.forget')).toEqual([{ peer: PEER_ID, because: 'words' }]);
    expect(stdout).toContain('office was removed');
    expect(stdout).not.toContain('may open terminals');
  });

  it('asks again about the words after an answer that is neither yes nor no', async () => {
    const { host, exit } = await typing(['pair', '-'], uncompared, [
      CODE,
      [COMPARE, 'perhaps'],
      ['Please answer y or n.', 'n'],
    ]);
    expect(exit).toBe(7);
    expect(inputs(host, 'peers.forget')).toEqual([{ peer: PEER_ID, because: 'words' }]);
  });

  it.each([''])('leaves the rights pending for %j, and says how to confirm later', async (answer) => {
    const { host, exit, stdout } = await typing(['pair', '-'], uncompared, [CODE, [COMPARE, answer]]);
    expect(exit).toBe(0);
    expect(inputs(host, 'pairing.confirm')).toEqual([]);
    expect(inputs(host, 'peers.forget')).toEqual([]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('After that it gets: terminal.');
    expect(stdout).toContain('clawreach confirm office');
    expect(stdout).not.toContain('may open terminals');
  });

  it('confirms nothing in a script, unless the words were confirmed elsewhere [S-PAIR-8]', async () => {
    const script = await run('pair - --allow terminal', uncompared, { input: 'ABCD1234' });
    expect(script.exit).toBe(0);
    expect(inputs(script.host, 'pairing.confirm')).toEqual([]);
    expect(script.stdout).toContain('clawreach confirm office');
    const knowing = await run('pair - --allow terminal --words-confirmed-elsewhere --json', uncompared, {
      input: 'ABCD1234',
    });
    expect(inputs(knowing.host, 'pairing.confirm')).toEqual([{ peer: PEER_ID, words }]);
    expect(JSON.parse(knowing.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      event: 'paired',
      words,
      peer: { pairing: { compared: true }, rights: { terminal: { decision: 'allow' } } },
    });
  });

  it('says that the other machine has not finished, where it does not', async () => {
    const unfinished = createPeer({ unfinishedUntil: NOW + 180_000 });
    const host = createFakeHost({
      ...joining,
      'pairing.join': async () => ({ peer: unfinished, words }),
      'peers.get': async () => unfinished,
    });
    host.stdin.end('ABCD1234');
    const exit = runCommandLine(['pair', '-'], host);
    while (host.stderr.text === '') {
      await settle(5);
      await host.clock.advance(200);
    }
    expect(await exit).toBe(0);
    expect(host.stderr.text).toMatch(/office hasn't finished pairing\. It is removed at \S+ unless it connects/);
  });

  describe('is confirmed later by `confirm`', () => {
    const confirming = async (line: readonly string[], answers: Partial<AppHandlers>) => {
      const host = createFakeHost(answers);
      return { host, exit: await runCommandLine(line, host), stdout: host.stdout.text, stderr: host.stderr.text };
    };
    const handlers: Partial<AppHandlers> = {
      ...uncompared,
      'peers.get': async () => pending(),
      'peers.list': async () => [createPeer(), pending()],
    };

    it('which shows the words and asks', async () => {
      const { host, exit, stdout } = await typing(['confirm', 'office'], handlers, [[COMPARE, 'y']]);
      expect(exit).toBe(0);
      expect(stdout).toContain('crystal  orbit  mango  velvet');
      expect(inputs(host, 'pairing.confirm')).toEqual([{ peer: PEER_ID, words }]);
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
        'Confirmed office (0123456) by crystal orbit mango velvet. Permissions here: terminal',
      );
    });

    it('which forgets the machine where they differ', async () => {
      const { host, exit } = await typing(['confirm', 'office'], handlers, [[COMPARE, 'n']]);
      expect(exit).toBe(7);
      expect(inputs(host, 'peers.forget')).toEqual([{ peer: PEER_ID, because: 'words' }]);
    });

    it('which needs no name where one waits, and changes nothing in a script', async () => {
      const { host, exit, stdout } = await run('confirm', handlers);
      expect(exit).toBe(8);
      expect(stdout).toContain('After that it gets: terminal.');
      expect(inputs(host, 'pairing.confirm')).toEqual([]);
      const unnamed = await run('confirm --words-confirmed-elsewhere', handlers);
      expect(unnamed.exit).toBe(2);
      expect(unnamed.stderr).toContain('[usage.confirm-peer]');
      expect(inputs(unnamed.host, 'pairing.confirm')).toEqual([]);
      const knowing = await run('confirm office --words-confirmed-elsewhere', handlers);
      expect(knowing.exit).toBe(0);
      expect(inputs(knowing.host, 'pairing.confirm')).toHaveLength(1);
      const none = await run('confirm', { ...handlers, 'peers.list': async () => [createPeer()] });
      expect(none.stderr).toContain('[usage.confirm-peer]');
      expect(none.exit).toBe(2);
    });

    it('which says whom it confirmed by which words, in a script too', async () => {
      const { stdout } = await run('confirm office --words-confirmed-elsewhere', handlers);
      expect(stdout).toContain('Confirmed office (0123456) by crystal orbit mango velvet.');
      const json = await run('confirm office --words-confirmed-elsewhere --json', handlers);
      expect(JSON.parse(json.stdout)).toMatchObject({ comparison: 'same', words, peer: { peerId: PEER_ID } });
    });

    it.each(['crystal orbit mango velvet', 'Crystal-Orbit-Mango-Velvet', ' crystal,  orbit, mango, velvet '])(
      'which takes the words of the other screen from a script: %j',
      async (given) => {
        const { host, exit, stdout } = await confirming(['confirm', 'office', '--words', given], handlers);
        expect(inputs(host, 'pairing.confirm')).toEqual([{ peer: PEER_ID, words }]);
        expect(stdout).toContain('Confirmed office (0123456) by crystal orbit mango velvet.');
        expect(exit).toBe(0);
      },
    );

    it('which confirms nothing by other words, nor by something else than four', async () => {
      const error = new ClawReachError('peer.words-changed', 'no', { details: { name: 'office' } });
      const refusing = { ...handlers, 'pairing.confirm': () => Promise.reject(error) };
      const other = await confirming(['confirm', 'office', '--words', 'amber lunar piano tulip'], refusing);
      expect(other.stderr).toContain('[peer.words-differ]');
      expect(other.stderr).toMatch(/someone may be intercepting/);
      expect(other.exit).toBe(7);
      // Paired again while the person typed: the words of before are old, not wrong.
      let reads = 0;
      const later = { words: ['amber', 'lunar', 'piano', 'tulip'], compared: false, pending: {} };
      const again = await confirming(['confirm', 'office', '--words', words.join(' ')], {
        ...refusing,
        'peers.get': async () => ((reads += 1) === 1 ? pending() : createPeer({ pairing: later })),
      });
      expect([again.exit, again.stderr]).toEqual([7, expect.stringContaining('[peer.words-changed]')]);
      const unpaired = { ...refusing, 'peers.get': async () => createPeer() };
      expect((await confirming(['confirm', 'office', '--words', words.join(' ')], unpaired)).exit).toBe(7);
      for (const given of ['crystal orbit mango', 'a b c d e', '', 'crystal orbit mango v3lvet']) {
        const { host, exit } = await confirming(['confirm', 'office', '--words', given], handlers);
        expect([exit, inputs(host, 'pairing.confirm')]).toEqual([2, []]);
      }
      const both = await confirming(
        ['confirm', 'office', '--words', 'crystal orbit mango velvet', '--words-confirmed-elsewhere'],
        handlers,
      );
      expect([both.exit, inputs(both.host, 'pairing.confirm')]).toEqual([2, []]);
    });

    it('and is shown as pending until then by `list` and `rights`', async () => {
      const list = await run('list', { 'peers.list': async () => [pending()] });
      expect(list.stdout).toContain('terminal (pending)');
      expect(list.stderr).toContain('clawreach confirm office');
      const rights = await run('rights office', {
        ...handlers,
        'targets.list': async () => [],
        'targets.temporary': async () => [],
      });
      expect(rights.stdout).toContain('office  terminal: asks you each time; allowed after you confirm the words\n');
      expect(rights.stderr).toContain('crystal  orbit  mango  velvet');
    });
  });

  it('names this machine first', async () => {
    const handlers = { ...joining, 'device.rename': async () => createStatus() };
    const { host } = await run('pair - --name office', handlers, { input: 'ABCD1234' });
    const order = host.calls.map(({ call }) => call);
    expect(order.indexOf('device.rename')).toBeLessThan(order.indexOf('pairing.join'));
    expect(inputs(host, 'device.rename')).toEqual([{ name: 'office' }]);
  });

  it.each([
    [[], false],
    [[createPeer()], true],
  ])('says that a name does not reach a machine that knew this one: %#', async (known, isSaid) => {
    const handlers = { ...joining, 'peers.list': async () => known, 'device.rename': async () => createStatus() };
    const { stderr } = await run('pair - --name lap', handlers, { input: 'ABCD1234' });
    expect(/keeps the name that it has for it.*\n {4}clawreach rename \S+ \S+\n/.test(stderr)).toBe(isSaid);
  });

  it.each([
    ['pair ABCD', 'pairing.code-format'],
    ['pair clawreach://pair?v=1', 'pairing.link-format'],
    ['pair ABCD1234 --qr', 'usage.pair'],
    ['pair --at 192.168.1.20', 'usage.pair-at'],
    ['pair --allow everything', 'usage.right'],
  ])('refuses %j before an agent is started', async (line, code) => {
    const { host, exit, stderr } = await run(line, joining, { running: false });
    expect(exit).toBe(2);
    expect(stderr).toContain(`[${code}]`);
    expect(host.started).toEqual([]);
  });

  const inviting = (result: AppHandlers['pairing.result']): Partial<AppHandlers> => ({
    'pairing.invite': async ({ link }) => ({
      pairing: 5,
      code: link === true ? null : 'ABCD-1234',
      link: link === true ? 'clawreach://pair?v=1&secret=x' : null,
      pin: 'ab'.repeat(32),
      expiresAt: NOW + 600_000,
      relay: 'wss://relay.example:7474',
      addresses: [],
    }),
    'pairing.result': result,
    'pairing.cancel': async () => ({}),
  });

  it('shows the code and how to use it, counts down, and tells who came', async () => {
    let finish: () => void = () => undefined;
    const came = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const host = createFakeHost(
      inviting(async () => {
        await came;
        return { peer: createPeer(), words };
      }),
      { terminal: true, variables: { NO_COLOR: '1' } },
    );
    const exit = runCommandLine(['pair'], host);
    await host.clock.advance(2000);
    finish();
    await typeAnswer(host, 'n\n');
    expect(await exit).toBe(0);
    expect(host.stdout.text).toContain('\n    ABCD-1234\n');
    // The short form comes first: it is enough in one network, and for machines of this relay.
    expect(host.stdout.text).toMatch(/ABCD-1234\n[^]*\n {4}clawreach pair -\n[^]*\n {4}clawreach pair - --relay /);
    expect(host.stdout.text).toContain(
      `    clawreach pair - --relay wss://relay.example:7474 \\\n      --pin ${'ab'.repeat(32)}\n`,
    );
    expect(host.stderr.text).toContain('10:00 left');
    expect(host.stderr.text).toContain('9:58 left');
    expect(host.stdout.text).toContain('Paired with office');
    expect(host.clock.pending).toBe(0);
  });

  it('does not ask about the words of a known key again, and shows them for the other screen', async () => {
    const peer = createPeer({ pairing: { words, compared: true, pending: {} } });
    const { exit, stdout } = await run(
      'pair',
      inviting(async () => ({ peer, words })),
    );
    expect(exit).toBe(0);
    expect(stdout).toContain('You have compared its words before, and it has the same key.');
    expect(stdout).toContain(words.join('  '));
    expect(stdout).toContain('office has to ask before opening terminals here.');
  });

  it('takes the code back on Ctrl-C', async () => {
    const host = createFakeHost(inviting(() => new Promise(() => undefined)));
    const exit = runCommandLine(['pair'], host);
    await settle(10);
    host.interrupt();
    expect(await exit).toBe(130);
    expect(inputs(host, 'pairing.cancel')).toEqual([{ pairing: 5 }]);
    expect(host.stderr.text).toBe('Cancelled. The code no longer works.\n');
  });

  it('says on Ctrl-C at the words how to confirm them later', async () => {
    const host = createFakeHost(
      inviting(async () => ({ peer: createPeer({ pairing: { words, compared: false, pending: {} } }), words })),
      { terminal: true },
    );
    const exit = runCommandLine(['pair'], host);
    await expect.poll(() => host.stderr.text).toContain('Does the other screen show the same words?');
    host.interrupt();
    expect(await exit).toBe(130);
    expect(host.stderr.text).toContain('Nothing was confirmed. Later: `clawreach confirm office`');
  });

  it('shows a link and its QR code', async () => {
    const { stdout, host } = await run(
      'pair --qr',
      inviting(async () => ({ peer: createPeer(), words })),
    );
    expect(inputs(host, 'pairing.invite')).toEqual([{ allow: [], link: true }]);
    expect(stdout).toContain('\nclawreach://pair?v=1&secret=x\n');
    // Without colours light modules are drawn, so a finder pattern begins with two rows of full blocks.
    expect(stdout).toMatch(/^█{20,}\n██ ▄▄▄▄▄ █/);
  });

  it('is a stream of JSON lines for programs', async () => {
    const { stdout } = await run(
      'pair --json',
      inviting(async (_input, { progress }) => {
        progress('joined');
        progress('confirming');
        return { peer: createPeer(), words };
      }),
    );
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as { event: string });
    expect(events.map(({ event }) => event)).toEqual(['invitation', 'joined', 'confirming', 'paired']);
    expect(events[0]).toMatchObject({ code: 'ABCD-1234', relay: 'wss://relay.example:7474' });
    expect(events[3]).toMatchObject({ words, peer: { name: 'office' } });
  });

  it('says here, where the code was shown, to run the same again after a wrong one', async () => {
    const wrong = inviting(() => Promise.reject(new ClawReachError('pairing.wrong-code', 'wrong')));
    const { exit, stderr } = await run('pair --allow terminal', wrong);
    expect(exit).toBe(7);
    expect(stderr).toContain('Run it again here, for a new code: `clawreach pair --allow terminal`');
    expect(stderr).not.toContain('where the code was shown');
  });

  it('ends with 7 when the code was wrong', async () => {
    const { exit } = await run('pair ABCD1234', {
      'pairing.join': () => Promise.reject(new ClawReachError('pairing.wrong-code', 'wrong')),
    });
    expect(exit).toBe(7);
  });
});

describe('small things', () => {
  it.each([
    ['relay.unreachable', 0, /^ClawReach is running .*\(pid 42.*\nRelay wss:\/\/.*: not connected/, /^$/],
    ['relay.admission', 7, /^$/, /ClawReach is running in the background \(pid 42/],
  ])('run --detach has started ClawReach, whatever its relay says: %s', async (code, exit, out, err) => {
    const relay = createRelay({ state: 'waiting', problem: code });
    const host = createFakeHost(
      {
        'status.get': async () => createStatus({ relay }),
        'relay.ready': () => Promise.reject(new ClawReachError(code, 'away')),
      },
      { running: false },
    );
    expect(await runCommandLine(['run', '--detach'], host)).toBe(exit);
    expect(host.stdout.text).toMatch(out);
    expect(host.stderr.text).toMatch(err);
  });

  it.each(['version', '-v', '--version'])('%s prints the version', async (line) => {
    const { exit, stdout } = await run(line, {});
    expect([exit, stdout.trim()]).toEqual([0, createFakeHost({}).version]);
  });

  it('a program that is not there is named', async () => {
    const host = createFakeHost({
      'peers.get': async () => createPeer(),
      'exec.open': () => Promise.reject(new ClawReachError('terminal.command-not-found', 'no')),
      'peers.ping': () => Promise.reject(new Error('not used')),
    });
    expect(await runCommandLine(['connect', 'office', '--', 'nosuch'], host)).toBe(127);
    expect(host.stderr.text).toContain('the spelling of "nosuch"');
  });
});

describe('forget', () => {
  const handlers: Partial<AppHandlers> = {
    'peers.get': async () => createPeer(),
    'peers.forget': async () => ({ told: true }),
  };

  it('asks on a terminal and does nothing without a yes', async () => {
    const host = createFakeHost(handlers, { terminal: true });
    void typeAnswer(host, '\n');
    expect(await runCommandLine(['forget', 'office'], host)).toBe(1);
    expect(inputs(host, 'peers.forget')).toEqual([]);
  });

  it.each(['n\n', '\n', 'y\n'])(
    'without a terminal takes no answer from a pipe (%j), and names --yes',
    async (typed) => {
      const host = createFakeHost(handlers);
      host.stdin.end(typed);
      expect(await runCommandLine(['forget', 'office'], host)).toBe(2);
      expect(inputs(host, 'peers.forget')).toEqual([]);
      expect(host.stderr.text).toContain('--yes');
    },
  );

  it('does not ask with --yes, and means the very peer it has shown', async () => {
    const { host, exit } = await run('forget office --yes', handlers);
    expect(exit).toBe(0);
    expect(inputs(host, 'peers.forget')).toEqual([{ peer: PEER_ID }]);
  });

  it.each([
    [true, 'office was removed, and was told.'],
    [false, 'office was removed.'],
  ])('says whether the machine was told: %s', async (told, said) => {
    const { stdout, stderr } = await run('forget office --yes', {
      ...handlers,
      'peers.forget': async () => ({ told }),
    });
    expect(stdout).toBe(`${said}\n`);
    expect(/it wasn't told.*\n {4}clawreach forget 0123456\n/.test(stderr)).toBe(!told);
  });
});

describe('the rest', () => {
  it('prints the safety number in rows that people can read to each other', async () => {
    const { stdout } = await run('safety-number office', { 'peers.get': async () => createPeer() });
    expect(stdout).toContain('    12345 67890 12345 67890\n    12345 67890 12345 67890\n    12345 67890 12345 67890\n');
  });

  it('renames a peer', async () => {
    const { host, stdout } = await run('rename office work', {
      'peers.rename': async ({ name }) => createPeer({ name }),
    });
    expect(inputs(host, 'peers.rename')).toEqual([{ peer: 'office', name: 'work' }]);
    expect(stdout).toContain('work');
  });

  it('prints the audit log oldest first', async () => {
    const entries = [
      { at: NOW + 1000, event: 'second', fields: {} },
      { at: NOW, event: 'first', fields: { name: 'a b', path: 'relay', bad: '\u001b[2J' } },
      {
        at: NOW + 500,
        event: 'terminal.opened',
        fields: { name: 'lab', program: '/bin/sh', command: null, code: null },
      },
      {
        at: NOW + 550,
        event: 'terminal.opened',
        fields: { name: 'lab', program: 'sh', command: 'sh -c "rm -r notes"', code: null },
      },
      { at: NOW + 600, event: 'terminal.ended', fields: { name: 'lab', code: null, exitCode: 3 } },
      {
        at: NOW + 700,
        event: 'right.changed',
        fields: { name: 'lab', right: 'relay', decision: 'allow', expiresAt: 1 },
      },
      {
        at: NOW + 800,
        event: 'link.refused',
        fields: { claimed: 'ABCDEFG'.repeat(8), code: 'handshake.unknown-peer' },
      },
      { at: NOW + 810, event: 'terminal.opened', fields: { name: 'lab', program: 'sh', command: 'id', piped: true } },
      {
        at: NOW + 820,
        event: 'terminal.ended',
        fields: { name: 'lab', code: null, exitCode: null, signal: 'SIGKILL', piped: true },
      },
      { at: NOW + 830, event: 'terminal.refused', fields: { name: 'lab', code: 'rights.withdrawn', piped: true } },
    ];
    const { stdout } = await run('audit --json', { 'audit.list': async () => entries });
    expect((JSON.parse(stdout) as { event: string }[]).map(({ event }) => event)).toEqual([
      'first',
      'terminal.opened',
      'terminal.opened',
      'terminal.ended',
      'right.changed',
      'link.refused',
      'terminal.opened',
      'terminal.ended',
      'terminal.refused',
      'second',
    ]);
    const text = (await run('audit', { 'audit.list': async () => entries })).stdout;
    const [head, ...lines] = text.trimEnd().split('\n');
    expect(head).toMatch(/^TIME {17}MACHINE {2}WHAT +OUTCOME$/);
    for (const line of lines) expect(line).toMatch(/^[-0-9]{10} [0-9:]{8} {2}/);
    expect(lines.map((line) => line.slice(21).replaceAll(/ {2,}/g, ' | '))).toEqual([
      'a b | first: relay, ⟨U+001B⟩[2J',
      'lab | opened a terminal here: /bin/sh',
      'lab | opened a terminal here: sh -c "rm -r notes"',
      'lab | its terminal here ended | exit 3',
      'lab | its permission changed: pass-through | allow',
      'ABCDEFG | its connection was rejected | not known here',
      'lab | ran a command here: id',
      'lab | its command here ended | SIGKILL',
      "lab | wasn't let run a command here | withdrawn",
      '- | second',
    ]);
  });

  it('prints a request in `audit` before its answer and its facts, also within one millisecond', async () => {
    const fields = { name: 'lab', right: 'terminal', what: '[folder: "/srv [x] \\"", user: "ada"] open a terminal' };
    // As the agent lists them: the newest first.
    const entries = [
      { at: NOW, event: 'approval.decided', fields: { ...fields, outcome: 'approved' } },
      { at: NOW, event: 'approval.requested', fields },
      { at: NOW, event: 'peer.linked', fields: { name: 'lab', path: 'direct' } },
    ];
    const { stdout } = await run('audit', { 'audit.list': async () => entries });
    const lines = stdout.trimEnd().split('\n').slice(1);
    const request = 'terminal, open a terminal [folder: "/srv [x] \\"", user: "ada"]';
    expect(lines.map((line) => line.slice(21).replaceAll(/ {2,}/g, ' | ').trim())).toEqual([
      'lab | connected: direct',
      `lab | asked: ${request}`,
      `lab | its request was answered: ${request} | approved`,
    ]);
    const shown = createFakeHost({ 'audit.list': async () => entries });
    shown.stdout.isTTY = true;
    shown.stdout.columns = 100;
    await runCommandLine(['audit'], shown);
    expect(shown.stdout.text).toContain('asked: terminal, open a terminal\n');
    // What isn't complete is printed as it is.
    const cut = { ...fields, what: '[folder: "/srv' };
    const other = await run('audit', {
      'audit.list': async () => [{ at: NOW, event: 'approval.requested', fields: cut }],
    });
    expect(other.stdout).toContain('asked: terminal, [folder: "/srv');
  });

  it.each([64, 80, 120, 0])('fits `audit` and `history` to a terminal of %d columns', async (columns) => {
    const long = 'a long name that someone gave '.repeat(4);
    const detail = 'make all '.repeat(20);
    const host = createFakeHost({
      'audit.list': async () => [{ at: NOW, event: 'terminal.opened', fields: { name: long, program: detail } }],
      'history.list': async () => ({
        entries: [
          {
            id: '1',
            kind: 'terminal',
            direction: 'in',
            peerId: PEER_ID,
            peerName: long,
            startedAt: NOW - 9e8,
            endedAt: NOW,
            open: false,
            detail,
            outcome: 'link.unreachable',
            count: 1,
          },
        ],
        more: false,
      }),
    } as unknown as Partial<AppHandlers>);
    host.stdout.isTTY = true;
    host.stdout.columns = columns;
    for (const command of ['audit', 'history']) expect(await runCommandLine([command], host)).toBe(0);
    const lines = host.stdout.text.split('\n').map((line) => stripVTControlCharacters(line));
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.filter((line) => line.length > (columns || 80))).toEqual([]);
    // What the history is about is cut only where there is room for most of it; a narrower terminal gets blocks.
    expect(lines.filter((line) => line.includes('…'))).toHaveLength(columns === 120 ? 2 : 1);
    const whole = lines.join(' ').replaceAll(/\s+/g, ' ').includes(detail.trim());
    expect(whole).toBe(columns !== 120);
  });

  it('says with `history NAME` that no machine has the name, unless the history or the list of machines has it', async () => {
    const peerId = PEER_ID;
    const entry: HistoryEntry = {
      id: '1',
      kind: 'terminal',
      direction: 'in',
      peerId,
      peerName: 'office',
      startedAt: NOW - 9e8,
      endedAt: NOW,
      open: false,
      detail: 'bash',
      outcome: null,
      count: 1,
    };
    const handlers: Partial<AppHandlers> = {
      'history.list': async ({ peer, kinds }) => {
        const isKnown = peer === 'removed' && kinds === undefined;
        const entries = isKnown || peer === peerId ? [entry] : [];
        return { entries, more: false };
      },
      'peers.get': async ({ peer }) => {
        if (peer === peerId.slice(0, 7)) return createPeer({ name: 'office', peerId });
        throw new ClawReachError('peer.unknown', 'none', { details: { name: peer, hint: 'Your machines: office. ' } });
      },
    };
    const unknown = await run('history nobody', handlers);
    expect(unknown.exit).toBe(4);
    expect(unknown.stderr).toContain('No machine is called nobody.');
    expect(unknown.stderr).toContain('Your machines: office. Run `clawreach list` for all names');
    expect((await run(`history --peer ${peerId.slice(0, 7)}`, handlers)).stdout).toContain('bash');
    expect((await run('history --peer removed', handlers)).stdout).toContain('bash');
    expect((await run('history removed --kind path', handlers)).stdout).toBe('No entries match.\n');
  });

  it('tells in `history` how a path came about, a pairing and a permission, in words', async () => {
    const entry = {
      id: '1',
      direction: 'out',
      peerId: PEER_ID,
      peerName: 'office',
      open: false,
      outcome: null,
      count: 1,
    };
    const times = { startedAt: NOW - 1000, endedAt: NOW - 1000 };
    const entries = [
      { kind: 'path', detail: 'relay', outcome: 'lost' },
      { kind: 'path', detail: 'none', outcome: 'lost' },
      { kind: 'path', detail: 'direct', outcome: 'first' },
      { kind: 'path', detail: 'direct', outcome: 'wrong-answer' },
      { kind: 'pairing', detail: 'again' },
      { kind: 'permission', direction: 'in', detail: 'relay deny' },
      { kind: 'approval', direction: 'in', detail: 'relay: reach nas', outcome: 'denied' },
    ].map((one) => ({ ...entry, ...times, ...one }));
    const { stdout } = await run('history', {
      'history.list': async () => ({ entries, more: false }),
    } as unknown as Partial<AppHandlers>);
    const rows = stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, '|').replace(/^[^|]*\|/, ''));
    // The newest last, which the agent names first.
    expect(rows.slice(1, -1).toReversed()).toEqual([
      'path|office|through the relay|the previous path was lost',
      'path|office|no connection|connection lost',
      'path|office|direct|first path',
      "path|office|direct|direct didn't work",
      'pairing|office|paired again',
      'permission|office|here|pass-through: denied',
      expect.stringMatching(/approval\|office\|here\|pass-through: reach nas\|declined$/),
    ]);
  });

  it('keeps `history` in a pipe to 120 columns', async () => {
    const entry = {
      id: '1',
      kind: 'terminal',
      direction: 'in',
      peerId: PEER_ID,
      peerName: 'office',
      startedAt: NOW - 9e8,
      endedAt: NOW,
      open: false,
      detail: 'make all '.repeat(30),
      facts: [{ fact: 'folder', value: '/srv/data' }],
      outcome: 'link.unreachable',
      count: 1,
    };
    const handlers = {
      'history.list': async () => ({ entries: [entry], more: true }),
    } as unknown as Partial<AppHandlers>;
    const { stdout } = await run('history', handlers);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(stdout).toContain('link.unreachable');
    expect(stdout).toMatch(/\n {4}folder: \/srv\/data\n/);
    expect(JSON.parse((await run('history --json', handlers)).stdout)).toEqual([expect.objectContaining({ id: '1' })]);
  });

  it('has words for every event of the audit log', () => {
    const source = readFileSync('src-main/agent/core/store/audit-events.ts', 'utf8');
    const events = [...source.matchAll(/^ {2}'([a-z.-]+)':/gm)].map(([, event]) => event);
    expect(events.length).toBeGreaterThan(60);
    expect(new Set(AUDIT_WORDS)).toEqual(new Set(events));
  });

  it('sets the relay and the name of this device', async () => {
    const handlers: Partial<AppHandlers> = {
      'relay.configure': async ({ url }) => createRelay({ url, state: 'connecting' }),
      'relay.ready': async () => createRelay({ url: 'wss://other:7474' }),
      'device.rename': async ({ name }) => createStatus({ device: { ...createStatus().device, name } }),
    };
    const relay = await run('config relay wss://other:7474 --admission-stdin', handlers, { input: 'T\n' });
    expect(inputs(relay.host, 'relay.configure')).toEqual([
      { url: 'wss://other:7474', admission: 'T', onlyIfAdmitted: true },
    ]);
    expect(relay.stdout).toBe('Relay wss://other:7474: online\n');
    expect(relay.stderr).toMatch(/`clawreach config relay wss:\/\/other:7474` there[^]*`clawreach pair --link`/);
    const same = {
      ...handlers,
      'status.get': async () => createStatus({ relay: createRelay({ url: 'wss://other:7474' }) }),
    };
    expect((await run('config relay wss://other:7474', same)).stderr).toBe('');
    const peers = { known: 0, online: 0, linked: 0 };
    const first = { ...handlers, 'status.get': async () => createStatus({ peers }) };
    expect((await run('config relay wss://other:7474', first)).stderr).toContain('`clawreach pair`');
    expect(relay.stderr).toContain('`clawreach config relay --offer NAME`');
    expect(relay.stderr.replaceAll(/\s+/g, ' ')).toContain("A machine that you can't reach afterwards: pair it again");
    const named = await run('config name office', handlers);
    expect(named.stdout).toBe('This machine is now called "office".\n');
    expect(named.stderr).toContain('Machines that are paired already keep their name for it.');
    expect((await run('config name office', first)).stderr).toBe('');
  });

  it('says of a target that was not there that it could not be reached, not that it was refused', async () => {
    const fields = { name: 'laptop', target: 'localhost:8001' };
    const { stdout } = await run('audit', {
      'audit.list': async () => [
        { at: 1, event: 'forward.refused', fields: { ...fields, code: 'forward.refused' } },
        { at: 2, event: 'forward.refused', fields: { ...fields, code: 'forward.denied' } },
      ],
    });
    expect(stdout).toMatch(/couldn't reach: localhost:8001 +refused\n/);
    expect(stdout).toMatch(/wasn't let through to: localhost:8001 +not allowed/);
    expect(stdout).not.toContain('forward.');
  });

  it('has words for ends that are codes', async () => {
    const audit = await run('audit', {
      'audit.list': async () => [
        { at: NOW, event: 'peer.unlinked', fields: { name: 'office', code: 'link.forgotten' } },
      ],
    });
    expect(audit.stdout).toContain('removed there');
    expect(audit.stdout).not.toContain('link.forgotten');
    const entries = [
      { at: NOW, event: 'relay.state', fields: { url: 'wss://r', problem: 'relay.admission-needed' } },
      { at: NOW, event: 'peer.unlinked', fields: { name: 'office', code: 'link.session-lost' } },
      { at: NOW, event: 'pairing.failed', fields: { code: 'pairing.wrong-code' } },
      { at: NOW, event: 'link.refused', fields: { claimed: 'office', code: 'handshake.mac' } },
    ];
    const others = await run('audit', { 'audit.list': async () => entries });
    for (const words of ['needs a token', 'connection lost', 'not valid']) expect(others.stdout).toContain(words);
    expect(others.stdout).toMatch(/pairing failed +Wrong code$/m);
    expect(others.stdout).not.toMatch(/(?:relay|link|pairing|handshake)\./);
    const json = await run('audit --json', { 'audit.list': async () => entries });
    expect(json.stdout).toContain('"link.session-lost"');
  });

  it.each(['audit', 'history'])('reads `%s` while no agent is running, and starts none', async (command) => {
    const { host, exit, stdout } = await run(
      command,
      { 'audit.list': async () => [], 'history.list': async () => ({ entries: [], more: false }) },
      { running: false },
    );
    expect({ exit, started: host.started, idle: host.agent.idle }).toEqual({ exit: 0, started: [], idle: 0 });
    expect(stdout).toMatch(/^No (?:entries|history) yet\.\n$/);
    const none = createFakeHost({}, { running: false });
    none.agent.hasProfile = false;
    expect(await runCommandLine([command], none)).toBe(3);
    expect(none.stderr.text).toContain('[usage.no-profile]');
  });

  it('asks before it removes the history', async () => {
    const clear = { 'history.clear': async () => ({}) };
    const piped = await run('history --clear', clear);
    expect([piped.exit, inputs(piped.host, 'history.clear')]).toEqual([2, []]);
    const sure = await run('history --clear --yes', clear);
    expect([sure.exit, inputs(sure.host, 'history.clear')]).toEqual([0, [{}]]);
  });

  it('shows the relay and the name without a value', async () => {
    const pin = 'ab'.repeat(32);
    const status = { 'status.get': async () => createStatus({ relay: createRelay({ pin }) }) };
    const relay = await run('config relay', status);
    expect(relay.exit).toBe(0);
    expect(relay.stdout).toBe(`Relay wss://relay.example:7474: online\npin    ${formatPin(pin)}\n`);
    expect((await run('config name', status)).stdout).toBe('laptop\n');
  });

  it('goes back to the relay before, and says which that is', async () => {
    const before = 'wss://before:7474';
    const handlers: Partial<AppHandlers> = {
      'status.get': async () => createStatus({ relayBefore: before }),
      'relay.goBack': async () => createRelay({ url: before, state: 'connecting' }),
      'relay.ready': async () => createRelay({ url: before }),
    };
    const { exit, stdout, stderr } = await run('config relay --back', handlers);
    expect([exit, stdout]).toEqual([0, 'Relay wss://before:7474: online\n']);
    expect(stderr).toContain('This machine uses wss://before:7474 again.');
    const json = await run('config relay --back --json', handlers);
    expect(JSON.parse(json.stdout)).toMatchObject({ url: before, state: 'online' });
    expect(json.stderr).toBe('');
    // That one may be away: this device is set to it all the same, and that was said.
    const away = await run('config relay --back', {
      ...handlers,
      'relay.ready': async () => {
        throw new ClawReachError('relay.dns', 'no such name');
      },
    });
    expect(away.exit).toBe(6);
    expect(away.stderr).toMatch(/uses wss:\/\/before:7474 again\.[^]*\[relay\.dns\]/);
    const paused = await run('config relay --back', {
      ...handlers,
      'relay.goBack': async () => createRelay({ url: before, state: 'stopped', problem: 'agent.paused' }),
    });
    expect(inputs(paused.host, 'relay.ready')).toEqual([]);
    expect(paused.stdout).toContain('Relay wss://before:7474: off: ');
  });

  it.each(['run --detach --relay none', 'pair --relay none'])(
    '%s is refused before anything is started',
    async (line) => {
      const { exit, stderr, host } = await run(line, {});
      expect(exit).toBe(2);
      expect(stderr).toContain('clawreach config relay none');
      expect(inputs(host, 'relay.configure')).toEqual([]);
    },
  );

  it('leaves the relay, and says what is reached without one', async () => {
    const { exit, stdout, host } = await run('config relay none', {
      'status.get': async () => createStatus(),
      'relay.leave': async () => createRelay({ url: null, state: 'none' }),
    });
    expect([exit, stdout.slice(0, 12)]).toEqual([0, 'Relay: none.']);
    expect(inputs(host, 'relay.configure')).toEqual([]);
  });

  it('says so where there is no relay to go back to, and changes nothing', async () => {
    const { exit, stdout, stderr, host } = await run('config relay --back', {
      'status.get': async () => createStatus(),
    });
    expect([exit, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/no previous relay\. {2}\[relay\.no-before\][^]*clawreach config relay wss:/);
    expect(inputs(host, 'relay.goBack')).toEqual([]);
    const json = await run('config relay --back --json', { 'status.get': async () => createStatus() });
    expect(json.exit).toBe(2);
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'relay.no-before' } });
  });

  it.each([['config relay wss://other:7474 --back'], ['config relay --back --admission-stdin']])(
    '%s is refused with 2',
    async (line) => {
      const { exit, stderr, host } = await run(line);
      expect(exit).toBe(2);
      expect(stderr).toContain('[usage.config-relay]');
      expect(host.calls).toEqual([]);
    },
  );

  it('shows the relay of the application that is off, and the one that there is to go back to', async () => {
    const relay = createRelay({ state: 'waiting', problem: 'relay.hosted-off-before', own: true });
    const status = await run('status', {
      'status.get': async () => createStatus({ relay, relayBefore: 'wss://b:7474' }),
    });
    expect(status.stdout).toMatch(
      /^Relay +wss:\/\/relay\.example:7474: not connected: The relay on this machine is off[^\n]*\n {11}Before that: wss:\/\/b:7474\. Return to it: clawreach config relay --back\n/m,
    );
  });

  it.each([50, 80])('fits the status to a terminal of %d columns, each value beside its label', async (columns) => {
    const relay = createRelay({ url: null, state: 'none', problem: null });
    const host = createFakeHost({ 'status.get': async () => createStatus({ relay }) });
    host.stdout.isTTY = true;
    host.stdout.columns = columns;
    expect(await runCommandLine(['status'], host)).toBe(0);
    const lines = host.stdout.text.split('\n');
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
    expect(lines.some((line) => line.startsWith('Relay      none. Machines in'))).toBe(true);
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {11}`clawreach config relay URL`\.$| {11}\S.*`clawreach config relay URL`\.$/),
    );
  });

  it('shows the status', async () => {
    const { stdout } = await run('status', { 'status.get': async () => createStatus({ approvalsPending: 1 }) });
    expect(stdout).toContain('Name       laptop  (0123456…)');
    expect(stdout).toContain('Relay      wss://relay.example:7474: online');
    expect(stdout).toContain('1 request waiting: clawreach approvals');
  });

  it.each([
    ['relay.restarting', 'The relay is stopping or restarting.'],
    ['relay.connection-refused', "The relay isn't running."],
  ])('says why the relay is away: %s', async (problem, said) => {
    const relay = createRelay({ state: 'waiting', problem, retryAt: NOW + 3000 });
    const { stdout } = await run('status', { 'status.get': async () => createStatus({ relay }) });
    expect(stdout).toContain(`not connected, retrying in 3 s: ${said}`);
  });

  it('works with the command line of a connector', async () => {
    const host = createFakeHost(
      {
        'peers.list': async () => [],
        'device.rename': async () => createStatus(),
        'pairing.join': async () => ({ peer: createPeer(), words: ['a', 'b', 'c', 'd'] }),
      },
      { running: false },
    );
    const line = [
      '--pair',
      'ABCD1234',
      '--name',
      'My Server',
      '--api',
      'wss://relay.example',
      '--config',
      '/etc/c.json',
      '--shell',
      '/bin/sh',
    ];
    expect(await runCommandLine(line, host)).toBe(0);
    expect(host.stderr.text).toMatch(/^Warning: other users of this machine can read the code/m);
    expect(host.started).toEqual([{ profile: '/etc/c', shell: '/bin/sh' }]);
    expect(inputs(host, 'device.rename')).toEqual([{ name: 'My Server' }]);
    expect(inputs(host, 'pairing.join')).toEqual([{ codeOrLink: 'ABCD1234', allow: [] }]);
  });
});
