import { describe, expect, it, vi } from 'vitest';
import { gatewayError } from '#shared/openclaw/gateway/index.ts';
import type {
  DirectoryListing,
  FoundFile,
  FoundProgram,
  ProgramEnd,
  Programs,
  ProgramStart,
} from '#node/programs/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { createNode, GATEWAY, type NodeSetUp } from '#test/support/node.ts';

const SHA = 'f'.repeat(64);

function fileAt(path: string, change: Partial<FoundFile> = {}): FoundFile {
  return { path, namedAs: path, identity: '1', sha256: 'a'.repeat(64), isOpenToOthers: false, ...change };
}

/** Programs that end when they are told to. */
class FakePrograms implements Programs {
  readonly platform = 'linux';
  readonly home = '/home/me';
  readonly user = 'me';
  readonly environment = { PATH: '/usr/bin' };
  readonly started: ProgramStart[] = [];
  readonly files = new Map<string, FoundFile>();
  readonly changed = new Map<string, Partial<FoundProgram>>();
  end: ((end?: Partial<ProgramEnd>) => void) | undefined;
  isHeld = false;

  async which(name: string): Promise<string | undefined> {
    return name === 'git' ? '/usr/bin/git' : undefined;
  }

  async findProgram(name: string): Promise<FoundProgram | undefined> {
    if (name === 'nothing') return undefined;
    const path = name === 'ls' ? '/bin/busybox' : name.startsWith('/') ? name : `/usr/bin/${name}`;
    const system = { format: 'native', firstLine: null, isOfSystem: true } as const;
    const namedAs = name === 'ls' ? '/bin/ls' : path;
    return { ...fileAt(path, { sha256: SHA, namedAs }), ...system, ...this.changed.get(name) };
  }

  async kindOf(path: string, directory: string) {
    return (await this.findFile(path, directory)) === undefined ? undefined : ('file' as const);
  }

  async isTimeZone(name: string): Promise<boolean> {
    return name === 'Europe/Berlin';
  }

  async findFolder(path: string | null) {
    return { path: path ?? this.home, identity: '2' };
  }

  async findFile(path: string, directory: string) {
    return this.files.get(path.startsWith('/') ? path : `${directory}/${path}`);
  }

  run(start: ProgramStart): Promise<ProgramEnd> {
    this.started.push(start);
    const end = { exitCode: 0, signal: null, stdout: 'out', stderr: '', outputLength: 3 };
    if (!this.isHeld) return Promise.resolve(end);
    return new Promise((resolve) => {
      this.end = (more = {}) => resolve({ ...end, ...more });
    });
  }

  async listFolders(): Promise<DirectoryListing> {
    return { path: this.home, parent: null, home: this.home, entries: [] };
  }

  async hostStats() {
    return { cpuCount: 2, memoryTotalBytes: 4, memoryFreeBytes: 3 };
  }
}

function fake(setUp: NodeSetUp = {}) {
  const programs = new FakePrograms();
  const clock = new FakeClock();
  return { programs, clock, ...createNode({ programs, clock, answer: 'approve', ...setUp }) };
}

describe('a node', () => {
  it('declares what its switches say, and answers nothing else [S-NODE-1]', async () => {
    expect(fake({ capabilities: [] }).service.declaration(GATEWAY)).toEqual({ capabilities: [], commands: [] });
    const { service, channel } = fake({ capabilities: ['system.run', 'fs.listDir'] });
    expect(service.declaration(GATEWAY)).toEqual({
      capabilities: ['system', 'file'],
      commands: ['system.run', 'system.run.prepare', 'fs.listDir'],
    });
    const notOffered: readonly (readonly [command: string, params: object])[] = [
      ['system.which', { bins: ['ls'] }],
      ['system.notify', { title: 'news' }],
      ['system.execApprovals.get', {}],
      ['camera.snap', {}],
      ['constructor', {}],
      ['', {}],
    ];
    for (const [command, params] of notOffered) {
      expect([command, (await channel.invoke(command, params)).error?.code]).toEqual([command, 'INVALID_REQUEST']);
    }
  });

  it('says how its machine is at once, and each minute while it is connected', async () => {
    const { channel, clock } = fake();
    await settle();
    expect(channel.events('node.presence.alive')).toEqual([{ trigger: 'connect' }]);
    expect(channel.events('node.host.stats')).toEqual([{ cpuCount: 2, memoryTotalBytes: 4, memoryFreeBytes: 3 }]);
    await clock.advance(120_000);
    expect(channel.events('node.host.stats')).toHaveLength(3);
    channel.close();
    await clock.advance(600_000);
    expect(channel.events('node.host.stats')).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  it('says how its machine is as soon as its commands are approved, where the gateway does not listen before', async () => {
    const { channel, clock } = fake();
    await settle();
    const error = gatewayError('gateway.request', 'not yet', {
      gatewayCode: 'UNAVAILABLE',
      detailsCode: '',
      message: 'awaiting operator approval',
    });
    const told = () => channel.events('node.host.stats').length;
    for (let count = 0; count < 1000; count += 1) channel.failures.push({ method: 'node.event', error });
    await clock.advance(60 * 60_000);
    // Each is said twice; soon again at first, then once a minute.
    expect(told()).toBeGreaterThan(2 * 60);
    expect(told()).toBeLessThan(2 * 66);
    channel.failures.length = 0;
    const before = told();
    channel.emit('node.pair.resolved', { requestId: 'r', nodeId: channel.deviceId, decision: 'approved', ts: 1 });
    await clock.advance(1000);
    expect(told()).toBe(before + 1);
    await clock.advance(60_000);
    expect(told()).toBe(before + 2);
    channel.close();
    await clock.advance(600_000);
    expect(told()).toBe(before + 2);
    expect(clock.pending).toBe(0);
  });

  it.each(['PAIRING_CHANGED', 'UNAVAILABLE'])(
    'says it once more after %s, and not a third time',
    async (detailsCode) => {
      const { channel, clock } = fake();
      await settle();
      const error = gatewayError('gateway.request', 'not yet', {
        gatewayCode: 'UNAVAILABLE',
        detailsCode,
        message: '',
      });
      channel.failures.push({ method: 'node.invoke.result', error }, { method: 'node.invoke.result', error });
      const { id } = channel.start('system.which', { bins: ['git'] });
      await clock.advance(10_000);
      const results = channel.sent.filter(({ params }) => params['id'] === id);
      expect(results).toHaveLength(2);
      channel.failures.push({
        method: 'node.invoke.result',
        error: gatewayError('gateway.request', 'no', { gatewayCode: 'INVALID_REQUEST', detailsCode: '', message: '' }),
      });
      const other = channel.start('system.which', { bins: ['git'] });
      await clock.advance(10_000);
      expect(channel.sent.filter(({ params }) => params['id'] === other.id)).toHaveLength(1);
    },
  );

  it('answers with what is found, and leaves out the rest', async () => {
    const { channel } = fake();
    const { payload } = await channel.invoke('system.which', { bins: ['git', 'nothing', '../sh'] });
    expect(payload).toEqual({ bins: { git: '/usr/bin/git' } });
  });

  it('does nothing twice that comes with the same key, also on another connection [S-NODE-8]', async () => {
    const { connect, channel, programs } = fake();
    const params = { command: ['make'] };
    const key = { idempotencyKey: 'k1' };
    const first = await channel.invoke('system.run', params, key);
    channel.close();
    const second = await connect().invoke('system.run', params, key);
    expect(second).toEqual(first);
    expect(programs.started).toHaveLength(1);
    const other = await connect('zyxwvuts87654321').invoke('system.run', params, key);
    expect([other.ok, programs.started.length]).toEqual([true, 2]);
  });

  it('does it once where the same key comes while it is done', async () => {
    const { channel, programs } = fake();
    programs.isHeld = true;
    const one = channel.start('system.run', { command: ['make'] }, { idempotencyKey: 'k' });
    const two = channel.start('system.run', { command: ['make'] }, { idempotencyKey: 'k' });
    await vi.waitFor(() => expect(programs.started).toHaveLength(1), 15_000);
    programs.end?.();
    expect(await channel.result(two.id)).toEqual(await channel.result(one.id));
    expect(programs.started).toHaveLength(1);
  });

  it('remembers so many keys, and drops results before keys', async () => {
    const { channel, programs } = fake({ limits: { keys: 2, cachedResults: 100 } });
    const run = (key: string) => channel.invoke('system.run', { command: ['make'] }, { idempotencyKey: key });
    await run('a');
    await run('b');
    expect((await run('a')).error?.message).toContain('not kept');
    expect(programs.started).toHaveLength(2);
    await run('c');
    await run('a');
    expect(programs.started).toHaveLength(4);
  });

  it('works on so many commands, and runs so many programs at a time', async () => {
    const { channel, programs } = fake({ limits: { invokes: 3, runs: 2 } });
    programs.isHeld = true;
    const started = [1, 2, 3].map((n) => channel.start('system.run', { command: ['make', `${n}`] }));
    const over = await channel.invoke('system.which', { bins: [] });
    expect(over.error?.code).toBe('UNAVAILABLE');
    expect((await channel.result(started[2]?.id ?? '')).error?.code).toBe('UNAVAILABLE');
    expect(programs.started).toHaveLength(2);
  });

  it('looks at programs and files for so many runs only, whatever becomes of them [S-NODE-8]', async () => {
    const { channel, programs, clock } = fake({ answer: 'reject' });
    const find = vi.spyOn(programs, 'findProgram');
    const ask = async (count: number): Promise<void> => {
      for (let at = 0; at < count; at += 1) {
        const command = at % 2 === 0 ? 'system.run' : 'system.run.prepare';
        await channel.invoke(command, { command: ['python3', 'job.py'] });
      }
    };
    await ask(500);
    expect(find).toHaveBeenCalledTimes(128);
    const refused = await channel.invoke('system.run', { command: ['uptime'] });
    expect(refused.error?.code).toBe('UNAVAILABLE');
    await clock.advance(60_000);
    await ask(500);
    expect(find).toHaveBeenCalledTimes(256);
  });

  it('answers TIMEOUT when the time is over, and asks no longer', async () => {
    const { channel, clock, programs } = fake({ answer: 'wait' });
    const { id } = channel.start('system.run', { command: ['make'] }, { timeoutMs: 5000 });
    await clock.advance(5000);
    expect((await channel.result(id)).error?.code).toBe('TIMEOUT');
    expect(programs.started).toEqual([]);
  });

  it('starts nothing when the answer comes too late [S-NODE-1]', async () => {
    let answer = (): void => undefined;
    const { channel, clock, programs } = fake({
      answer: () => new Promise((resolve) => (answer = () => resolve('approve'))),
    });
    const { id } = channel.start('system.run', { command: ['make'] }, { timeoutMs: 5000 });
    await clock.advance(5000);
    answer();
    expect((await channel.result(id)).error?.code).toBe('TIMEOUT');
    expect(programs.started).toEqual([]);
  });

  it('tells of what ran, and lets the gateway sleep where no session waits for it', async () => {
    const { channel } = fake();
    await channel.invoke('system.run', { command: ['make'], runId: 'r1' });
    const run = { runId: 'r1', host: 'node', command: 'make', suppressNotifyOnExit: true };
    expect(channel.events('exec.started')).toEqual([run]);
    expect(channel.events('exec.finished')).toMatchObject([
      { ...run, exitCode: 0, timedOut: false, success: true, output: 'out' },
    ]);
    await channel.invoke('system.run', { command: ['make'], runId: 'r2', sessionKey: 's' });
    await channel.invoke('system.run', { command: ['make'], runId: 'r3', sessionKey: 's', suppressNotifyOnExit: true });
    expect(channel.events('exec.finished').map((event) => event['suppressNotifyOnExit'])).toEqual([true, false, true]);
    const refused = fake({ answer: 'reject' });
    await refused.channel.invoke('system.run', { command: ['make'], runId: 'r4', sessionKey: 's' });
    expect(refused.channel.events('exec.denied')).toMatchObject([{ runId: 'r4', sessionKey: 's', command: 'make' }]);
  });

  it('writes down each run, who allowed it and how it ended, without output [S-NODE-8]', async () => {
    const { channel, audited, service } = fake();
    await channel.invoke('system.run', { command: ['make', 'all'], agentId: 'main' });
    expect((await audited()).map(({ event, fields }) => ({ event, ...fields }))).toEqual([
      {
        event: 'node.run.started',
        gateway: GATEWAY,
        name: 'home',
        run: 1,
        command: 'make all',
        program: '/usr/bin/make',
        directory: '/home/me',
        variables: '',
        by: 'person',
      },
      {
        event: 'node.run.ended',
        gateway: GATEWAY,
        name: 'home',
        run: 1,
        outcome: 'finished',
        exitCode: 0,
        signal: null,
        code: null,
        seconds: 0,
      },
    ]);
    expect(service.runs()).toMatchObject([
      { id: 1, command: 'make all', agent: 'main', outcome: 'finished', outputLength: 3 },
    ]);
    expect(() => service.cancel(1)).toThrow(expect.objectContaining({ code: 'node.run-over' }));
  });

  it('shows notifications under the name of the gateway, cleaned, and only so many [S-NODE-8]', async () => {
    const { channel, notices } = fake();
    const title = 'ClawReach\u202e\u0007: approve';
    await channel.invoke('system.notify', {
      title,
      body: `a\u001b[31m\nb${'x'.repeat(5000)}`,
      priority: 'timeSensitive',
    });
    expect(notices[0]).toMatchObject({ title: 'home: ClawReach: approve', isUrgent: true });
    expect(notices[0]?.body).toMatch(/^a⟨U\+001B⟩\[31m\nbx+…$/u);
    expect(notices[0]?.body.length).toBeLessThanOrEqual(1000);
    for (let round = 0; round < 20; round += 1) await channel.invoke('system.notify', { title: 'x', body: 'y' });
    expect(notices).toHaveLength(5);
  });
});

describe('the policy of a node', () => {
  it('asks unless it is told otherwise; `deny` and `allow` ask nobody [S-NODE-1]', async () => {
    const { channel, inbox, service } = fake();
    expect(service.policy).toEqual({ default: 'ask', rules: [], folders: [] });
    service.setPolicy({ ...service.policy, default: 'deny' });
    expect((await channel.invoke('system.run', { command: ['make'] })).error?.code).toBe('SYSTEM_RUN_DENIED');
    service.setPolicy({ ...service.policy, default: 'allow' });
    expect((await channel.invoke('system.run', { command: ['make'] })).ok).toBe(true);
    expect(inbox.asked).toEqual([]);
  });

  it('remembers exactly what was approved for good: words, folder, gateway, name, and no variables [S-NODE-6]', async () => {
    const { channel, inbox, connect, service } = fake({ answer: 'approve-always' });
    const asks = async (params: object, on = channel): Promise<boolean> => {
      const before = inbox.asked.length;
      inbox.answer = 'reject';
      await on.invoke('system.run', params);
      return inbox.asked.length > before;
    };
    await channel.invoke('system.run', { command: ['ls', '-l'], cwd: '/srv' });
    expect(service.policy.rules).toMatchObject([
      { program: '/bin/busybox', name: 'ls', sha256: SHA, arguments: ['-l'], directory: '/srv', gateway: GATEWAY },
    ]);
    expect(await asks({ command: ['ls', '-l'], cwd: '/srv' })).toBe(false);
    expect(await asks({ command: ['/bin/busybox', '-l'], cwd: '/srv' })).toBe(true);
    expect(await asks({ command: ['ls', '-l', '/'], cwd: '/srv' })).toBe(true);
    expect(await asks({ command: ['ls'], cwd: '/srv' })).toBe(true);
    expect(await asks({ command: ['ls', '-l'], cwd: '/' })).toBe(true);
    expect(await asks({ command: ['ls', '-l'], cwd: '/srv', env: { TERM: 'x', TZ: 'Europe/Berlin' } })).toBe(false);
    expect(await asks({ command: ['ls', '-l'], cwd: '/srv', env: { QUOTING_STYLE: 'x' } })).toBe(true);
    expect(await asks({ command: ['ls', '-l'], cwd: '/srv' }, connect('zyxwvuts87654321'))).toBe(true);
  });

  it('asks again when the script that was approved for good, or its interpreter, is another, and says so [S-NODE-6]', async () => {
    const { channel, inbox, programs, service } = fake({ answer: 'approve-always' });
    const path = '/srv/job.sh';
    programs.files.set(path, fileAt(path));
    const run = () => channel.invoke('system.run', { command: ['sh', 'job.sh'], cwd: '/srv' });
    await run();
    await run();
    expect(inbox.asked).toHaveLength(1);
    expect(service.policy.rules).toMatchObject([{ sha256: SHA, files: [{ path, sha256: 'a'.repeat(64) }] }]);
    programs.files.set(path, fileAt(path, { sha256: 'b'.repeat(64) }));
    await run();
    expect(inbox.asked[1]?.text).toContain('has changed since');
    await run();
    programs.changed.set('sh', { sha256: 'c'.repeat(64) });
    await run();
    expect(inbox.asked).toHaveLength(3);
    expect(service.policy.rules).toHaveLength(1);
  });

  it.each<[string, Partial<FoundFile>, Partial<FoundProgram>, string]>([
    ['too large to be read', { sha256: null }, {}, 'file'],
    ['reached by a link', { path: '/srv/other.sh' }, {}, 'file'],
    ['open to other users', { isOpenToOthers: true }, {}, 'file'],
    ['run by a shell that others can exchange', {}, { isOpenToOthers: true }, 'file'],
    ['run by a shell that is not the system’s', {}, { isOfSystem: false }, 'loads'],
    ['run by a shell that is a script', {}, { format: 'script', firstLine: null }, 'loads'],
  ])('can only allow a script once that is %s [S-NODE-4]', async (_what, file, program, reason) => {
    const { channel, inbox, programs } = fake({ answer: 'approve-always' });
    programs.files.set('/srv/job.sh', fileAt('/srv/job.sh', { namedAs: '/srv/job.sh', ...file }));
    programs.changed.set('sh', program);
    await channel.invoke('system.run', { command: ['sh', 'job.sh'], cwd: '/srv' });
    await channel.invoke('system.run', { command: ['sh', 'job.sh'], cwd: '/srv' });
    expect(inbox.asked.map(({ decisions, onceReason }) => [decisions, onceReason])).toEqual([
      [['approve', 'reject'], reason],
      [['approve', 'reject'], reason],
    ]);
  });

  it('shows the file that a run starts, with links resolved, and the account [S-NODE-2]', async () => {
    const { channel, inbox } = fake({ answer: 'reject' });
    await channel.invoke('system.run', { command: ['ls', '-l'], cwd: '/srv' });
    await channel.invoke('system.run', { command: ['/opt/tool'], cwd: '/srv' });
    expect(inbox.asked.map(({ program, user, text }) => [program, user, text])).toEqual([
      // The name by which it is called can determine what it does.
      ['/bin/busybox', 'me', 'Program: /bin/busybox, called as /bin/ls'],
      ['/opt/tool', 'me', null],
    ]);
  });

  it.each<[string, string]>([
    ['names its interpreter by a folder that may be a link', '/proc/self/root/bin/sh'],
    ['names its interpreter from the folder', 'bin/sh'],
    ['ends at another sign on another system', '/srv/sh#x'],
    ['gives a word that ends at another sign on another system', '/usr/bin/sh -e#x'],
    ['gives env an option', '/usr/bin/env -S'],
  ])('takes no first line that %s [S-NODE-4]', async (_what, firstLine) => {
    const { channel, inbox, programs } = fake({ answer: 'approve' });
    programs.changed.set('/srv/tool', { format: 'script', firstLine });
    programs.changed.set('/proc/self/root/bin/sh', { path: '/usr/bin/dash', namedAs: '/usr/bin/sh' });
    programs.changed.set('/srv/sh#x', { format: 'script', firstLine: '/usr/bin/sh' });
    await channel.invoke('system.run', { command: ['/srv/tool'], cwd: '/srv' });
    expect(inbox.asked[0]?.decisions).toEqual(['approve', 'reject']);
    programs.changed.set('/srv/tool', { format: 'script', firstLine: '/usr/bin/sh -e' });
    await channel.invoke('system.run', { command: ['/srv/tool'], cwd: '/srv' });
    expect(inbox.asked[1]?.decisions).toContain('approve-always');
  });

  it('binds a script that is allowed by hand to its folder, and a program that reads to none [S-NODE-6]', async () => {
    const { service, channel, inbox, programs } = fake({ answer: 'reject' });
    programs.files.set('/home/me/job.sh', fileAt('/home/me/job.sh'));
    programs.files.set('/tmp/download/job.sh', fileAt('/tmp/download/job.sh'));
    const script = await service.allow({ program: 'sh', arguments: ['job.sh'], gateway: null });
    expect(script.directory).toBe('/home/me');
    const reader = await service.allow({ program: 'uname', arguments: ['-a'], gateway: null });
    expect(reader.directory).toBeUndefined();
    const asks = async (command: readonly string[], cwd: string): Promise<boolean> => {
      const before = inbox.asked.length;
      await channel.invoke('system.run', { command, cwd });
      return inbox.asked.length > before;
    };
    expect(await asks(['sh', 'job.sh'], '/home/me')).toBe(false);
    expect(await asks(['sh', 'job.sh'], '/tmp/download')).toBe(true);
    expect(await asks(['uname', '-a'], '/tmp/download')).toBe(false);
  });

  it.each(['git', 'make', 'node', 'perl', 'tool-that-nobody-knows'])(
    'makes no rule for %s, which may load anything, but where the person takes that upon himself, for one folder [S-NODE-6]',
    async (program) => {
      const { service, channel, inbox } = fake({ answer: 'reject' });
      const wanted = { program, arguments: ['all'], gateway: null };
      await expect(service.allow(wanted)).rejects.toMatchObject({ code: 'node.unpinned' });
      const { directory } = await service.allow({ ...wanted, directory: '/srv', unpinned: true });
      expect(directory).toBe('/srv');
      expect((await channel.invoke('system.run', { command: [program, 'all'], cwd: '/srv' })).ok).toBe(true);
      for (const params of [
        { command: [program, 'all'], cwd: '/' },
        { command: [program, 'all', ''], cwd: '/srv' },
        { command: [`/usr/bin/${program}`, 'all'], cwd: '/srv' },
        { command: [program, 'all'], cwd: '/srv', env: { MODE: '' } },
      ])
        expect((await channel.invoke('system.run', params)).ok).toBe(false);
      expect(inbox.asked).toHaveLength(4);
    },
  );

  it.each([
    'sh',
    'python3.11',
    'node',
    'env',
    'xargs',
    'ssh',
    '/opt/bin/perl5.36',
    'git',
    'find',
    'cat',
    'printenv',
    'tool',
  ])('never lets %s run with any arguments [S-NODE-6]', async (program) => {
    const { service } = fake();
    const any = { program, arguments: null, gateway: null };
    for (const more of [{}, { unpinned: true }])
      await expect(service.allow({ ...any, ...more })).rejects.toMatchObject({ code: 'node.any-arguments' });
  });

  it('lets another run with any, for one gateway or all, and forgets the rules of a gateway that is removed', async () => {
    const { service, channel, connect, inbox, remove } = fake({ answer: 'reject' });
    await service.allow({ program: 'uptime', arguments: null, gateway: GATEWAY });
    await service.allow({ program: 'whoami', arguments: null, gateway: null });
    expect((await channel.invoke('system.run', { command: ['uptime', '-p'] })).ok).toBe(true);
    expect((await connect('zyxwvuts87654321').invoke('system.run', { command: ['uptime'] })).ok).toBe(false);
    expect((await connect('zyxwvuts87654321').invoke('system.run', { command: ['whoami'] })).ok).toBe(true);
    expect(inbox.asked).toHaveLength(1);
    remove(GATEWAY);
    expect(service.policy.rules.map(({ program }) => program)).toEqual(['/usr/bin/whoami']);
  });

  it('does not let a rule of a hand-written document run an interpreter with any arguments [S-NODE-6]', async () => {
    const pinned = { id: 'r', gateway: null, addedAt: 1, lastUsedAt: null, sha256: SHA };
    const rule = { ...pinned, program: '/usr/bin/bash', name: 'bash', arguments: null };
    const data = { default: 'ask' as const, rules: [rule], folders: [] };
    expect(() => fake().service.setPolicy(data)).toThrow(expect.objectContaining({ code: 'node.any-arguments' }));
    const unpinned = { ...rule, unpinned: true as const };
    const { channel, inbox } = fake({
      answer: 'reject',
      document: JSON.stringify({ version: 1, data: { ...data, rules: [rule, unpinned] } }),
    });
    await channel.invoke('system.run', { command: ['bash', '-c', 'id'] });
    expect(inbox.asked).toHaveLength(1);
  });

  it('asks again for what an older version remembered, which checked less, and puts the new rule in its place [S-NODE-6]', async () => {
    const old = { id: 'r', program: '/usr/bin/uptime', gateway: null, addedAt: 1, lastUsedAt: null };
    const files = [{ path: '/srv/job.sh', sha256: 'a'.repeat(64) }];
    const rules = [
      { ...old, arguments: null },
      {
        ...old,
        id: 's',
        program: '/bin/busybox',
        calledAs: 'ls',
        arguments: ['-l'],
        gateway: GATEWAY,
        directory: '/srv',
      },
      { ...old, id: 't', program: '/usr/bin/sh', arguments: ['job.sh'], directory: '/srv', files },
    ];
    const data = { default: 'ask' as const, rules, folders: [] };
    const document = JSON.stringify({ version: 1, data });
    const { channel, inbox, service, programs } = fake({ answer: 'approve-always', document });
    programs.files.set('/srv/job.sh', fileAt('/srv/job.sh'));
    expect(service.policy.rules).toHaveLength(3);
    // It is no error to have them, nor to take one away.
    expect(service.setPolicy(service.policy).rules).toHaveLength(3);
    for (const command of [['uptime'], ['ls', '-l'], ['sh', 'job.sh']])
      await channel.invoke('system.run', { command, cwd: '/srv' });
    expect(inbox.asked).toHaveLength(3);
    for (const { text } of inbox.asked) expect(text).toContain('made by an older version');
    expect(service.policy.rules.map(({ program, name }) => [program, name ?? null])).toEqual([
      ['/usr/bin/uptime', null],
      ['/usr/bin/sh', null],
      ['/usr/bin/uptime', 'uptime'],
      ['/bin/busybox', 'ls'],
      ['/usr/bin/sh', 'sh'],
    ]);
    for (const command of [['uptime'], ['ls', '-l'], ['sh', 'job.sh']])
      await channel.invoke('system.run', { command, cwd: '/srv' });
    expect(inbox.asked).toHaveLength(3);
  });
});
