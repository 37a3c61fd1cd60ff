import { describe, expect, it } from 'vitest';
import { device, exec, FakeChannel, operatorLab, refusal, settle } from './fake-gateway.ts';

const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  await work.then(
    () => 'done',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );

describe('what waits at gateways', () => {
  it('is listened to before it is listed, and merged by id', async () => {
    const lab = operatorLab();
    const channel = new FakeChannel();
    const { promise, resolve } = Promise.withResolvers<void>();
    channel.hold = promise;
    channel.pending['device'] = [device('a'), device('b')];
    await lab.connect(channel);
    // While the list is on its way: one comes that it does not know, one goes that it still has, one comes twice.
    channel.emit('device.pair.requested', device('c'));
    channel.emit('device.pair.requested', device('a'));
    channel.emit('device.pair.resolved', { requestId: 'request-b', deviceId: 'b', decision: 'approved', ts: 1 });
    resolve();
    await settle(lab.clock);
    expect(lab.service.list().map(({ requestId }) => requestId)).toEqual(['request-c', 'request-a']);
  });

  it('is shown in full and cleaned [S-GW-8]', async () => {
    const lab = operatorLab();
    const channel = await lab.connect();
    channel.emit(
      'device.pair.requested',
      device('a', {
        displayName: 'Demo\u202e\u001b[31m node',
        roles: ['operator', 'node'],
        scopes: ['operator.admin', 'operator.read'],
        remoteIp: '192.0.2.7',
        isRepair: true,
        somethingNew: { of: 'a later version' },
      }),
    );
    channel.emit(
      'exec.approval.requested',
      exec('x', {
        command: 'echo \u202etxt.exe\nrm -r ~',
        systemRunPlan: { argv: ['sh', '-c', 'true'], cwd: '/srv', commandText: 'sh -c true' },
        env: { PATH: 'secret', HOME: 'secret' },
      }),
    );
    const [first, second] = lab.service.list();
    expect(first).toMatchObject({
      kind: 'device',
      who: 'Demo[31m node',
      roles: ['operator', 'node'],
      scopes: ['operator.admin', 'operator.read'],
      address: '192.0.2.7',
      repair: true,
      severity: 'critical',
      decisions: ['approve', 'reject'],
      missingScopes: [],
    });
    expect(second).toMatchObject({
      command: 'sh -c true',
      argv: ['sh', '-c', 'true'],
      directory: '/srv',
      environment: ['PATH', 'HOME'],
      text: 'The gateway calls it: echo ⟨U+202E⟩txt.exe\nrm -r ~',
      severity: 'warning',
      decisions: ['approve', 'approve-always', 'reject'],
    });
    expect(JSON.stringify(second)).not.toContain('secret');
  });

  it('is shown as the words that run, also where the gateway calls them something else [S-GW-8]', async () => {
    const lab = operatorLab();
    const channel = await lab.connect();
    const shown = (id: string, more: Readonly<Record<string, unknown>>) => {
      channel.emit('exec.approval.requested', exec(id, more));
      return lab.service.list().find(({ requestId }) => requestId === id);
    };
    const evil = { command: "rm -r '/home/me/my files'", text: 'The gateway calls it: ls -l', severity: 'warning' };
    const argv = ['rm', '-r', '/home/me/my files'];
    expect(shown('a', { command: 'ls -l', commandArgv: argv })).toMatchObject(evil);
    expect(shown('b', { command: 'ls -l', systemRunPlan: { argv, commandText: 'ls -l' } })).toMatchObject(evil);
    expect(shown('c', { command: '/home/me/my files', commandArgv: argv })).toMatchObject({ severity: 'warning' });
    const honest = { text: null, severity: null };
    expect(shown('d', { command: "rm -r '/home/me/my files'", commandArgv: argv })).toMatchObject(honest);
    expect(shown('e', { command: 'ls | wc', commandArgv: ['/bin/sh', '-lc', 'ls | wc'] })).toMatchObject(honest);
  });

  it('what is too long to be shown can only be refused [S-GW-9]', async () => {
    const lab = operatorLab();
    const channel = await lab.connect();
    channel.emit('exec.approval.requested', exec('long', { command: `true ${'#'.repeat(70_000)}; rm -r ~` }));
    channel.emit('exec.approval.requested', exec('wide', { commandArgv: Array.from({ length: 2000 }, () => 'x') }));
    channel.emit('device.pair.requested', device('many', { scopes: Array.from({ length: 300 }, (_, at) => `s${at}`) }));
    channel.emit('exec.approval.requested', exec('dear', { command: '漢'.repeat(60_000) }));
    expect(lab.service.list().map(({ requestId, decisions }) => [requestId, decisions])).toEqual([
      ['long', ['reject']],
      ['wide', ['reject']],
      ['request-many', ['reject']],
      ['dear', ['reject']],
    ]);
    const [long] = lab.service.list();
    expect(await codeOf(lab.decide(long?.key ?? '', 'approve'))).toBe('request.decision');
  });

  it('says which scopes the answer needs and this device does not have', async () => {
    const lab = operatorLab();
    const channel = await lab.connect(new FakeChannel('home', ['operator.pairing', 'operator.read']));
    channel.pending['device'] = [device('a', { roles: ['node', 'operator'], scopes: ['operator.write'] })];
    channel.emit('device.pair.requested', channel.pending['device'][0]);
    const [request] = lab.service.list();
    expect(request?.missingScopes).toEqual(['operator.admin', 'operator.write']);
    expect(await codeOf(lab.decide(request?.key ?? '', 'approve'))).toBe('gateway.scope');
    expect(channel.methodsAsked()).not.toContain('device.pair.approve');
    expect(channel.methodsAsked()).not.toContain('exec.approval.list');
    expect(await lab.decide(request?.key ?? '', 'reject')).toMatchObject({ outcome: 'rejected' });
  });
});

describe('an answer', () => {
  it('goes to the gateway by the method of its kind, is written down with its reason, and into the audit log', async () => {
    const lab = operatorLab();
    const channel = await lab.connect();
    channel.pending = {
      device: [device('a')],
      node: [{ requestId: 'n', nodeId: 'a', commands: ['system.which'], caps: ['system'], ts: 1_800_000_000_001 }],
      exec: [exec('x')],
      plugin: [{ ...exec('p'), request: { title: 'Send', description: 'a message', allowedDecisions: null } }],
    };
    channel.miss();
    await lab.clock.advance(2000);
    const keys = new Map(lab.service.list().map(({ kind, key }) => [kind, key]));
    expect(await lab.decide(keys.get('device') ?? '', 'approve')).toMatchObject({ outcome: 'approved' });
    await lab.decide(keys.get('node') ?? '', 'reject', 'unknown machine');
    await lab.decide(keys.get('exec') ?? '', 'approve-always');
    await lab.decide(keys.get('plugin') ?? '', 'reject');
    expect(channel.requests.filter(({ method }) => !method.endsWith('list'))).toEqual([
      { method: 'device.pair.approve', params: { requestId: 'request-a' } },
      { method: 'node.pair.reject', params: { requestId: 'n' } },
      { method: 'exec.approval.resolve', params: { id: 'x', decision: 'allow-always' } },
      { method: 'plugin.approval.resolve', params: { id: 'p', decision: 'deny' } },
    ]);
    expect(lab.service.list()).toEqual([]);
    expect(lab.service.decided()[2]).toMatchObject({ kind: 'node', outcome: 'rejected', reason: 'unknown machine' });
    expect(lab.audited.map(({ event, fields }) => [event, fields['kind'], fields['decision']])).toEqual([
      ['request.decided', 'device', 'approve'],
      ['request.decided', 'node', 'reject'],
      ['request.decided', 'exec', 'approve-always'],
      ['request.decided', 'plugin', 'reject'],
    ]);
  });

  it('holds only for what was shown: roles, scopes, commands or a command that changed meanwhile are refused [S-GW-9]', async () => {
    const lab = operatorLab();
    const channel = await lab.connect();
    channel.pending['device'] = [device('a')];
    channel.emit('device.pair.requested', device('a'));
    const [shown] = lab.service.list();
    // The same id asks for more; no event tells.
    channel.pending['device'] = [device('a', { roles: ['node', 'operator'], scopes: ['operator.admin'] })];
    expect(await codeOf(lab.decide(shown?.key ?? '', 'approve'))).toBe('request.changed');
    expect(channel.methodsAsked()).not.toContain('device.pair.approve');
    const [now] = lab.service.list();
    expect(now?.scopes).toEqual(['operator.admin']);
    expect(now?.key).not.toBe(shown?.key);
    // And once more with an event.
    channel.emit('device.pair.requested', device('a', { displayName: 'Other' }));
    expect(await codeOf(lab.decide(now?.key ?? '', 'reject'))).toBe('request.changed');
  });

  it('comes too late where somebody else was faster, and says so', async () => {
    const lab = operatorLab();
    const channel = await lab.connect();
    channel.pending['exec'] = [exec('x')];
    channel.emit('exec.approval.requested', exec('x'));
    const [request] = lab.service.list();
    channel.answers['exec.approval.resolve'] = () => {
      channel.pending['exec'] = [];
      channel.emit('exec.approval.resolved', { id: 'x', decision: 'deny', resolvedBy: 'Ada', ts: 1 });
      throw refusal('approval already resolved');
    };
    expect(await codeOf(lab.decide(request?.key ?? '', 'approve'))).toBe('request.gone');
    expect(lab.service.decided()[0]).toMatchObject({ outcome: 'elsewhere', decision: 'reject', by: 'Ada' });
  });

  it('that the gateway refuses for another reason leaves the request waiting', async () => {
    const lab = operatorLab();
    const channel = await lab.connect();
    channel.pending['device'] = [device('a')];
    channel.emit('device.pair.requested', device('a'));
    const [request] = lab.service.list();
    channel.answers['device.pair.approve'] = () => {
      throw refusal('the disk is full');
    };
    expect(await codeOf(lab.decide(request?.key ?? '', 'approve'))).toBe('gateway.request');
    expect(lab.service.list()).toHaveLength(1);
  });

  it('is not sent twice while the first is on its way [S-GW-9]', async () => {
    const lab = operatorLab();
    const channel = await lab.connect();
    channel.pending['device'] = [device('a')];
    channel.emit('device.pair.requested', device('a'));
    const { key = '' } = lab.service.list()[0] ?? {};
    const both = await Promise.all([codeOf(lab.decide(key, 'approve')), codeOf(lab.decide(key, 'reject'))]);
    expect(both).toEqual(['done', 'request.answered']);
    expect(channel.methodsAsked()).not.toContain('device.pair.reject');
  });

  it('to what was never there is not the same as to what is over', async () => {
    const lab = operatorLab();
    const channel = await lab.connect();
    channel.emit('exec.approval.requested', exec('x'));
    const { key = '' } = lab.service.list()[0] ?? {};
    channel.emit('exec.approval.resolved', { id: 'x', decision: 'allow-once', resolvedBy: 'Ada', ts: 1 });
    expect(await codeOf(lab.decide(key, 'reject'))).toBe('request.gone');
    expect(await codeOf(lab.decide('nothing.at-all', 'reject'))).toBe('request.unknown');
  });
});

describe('how requests end without this device', () => {
  it('replaced by a new try of the same device, decided elsewhere, expired, withdrawn: told apart', async () => {
    const lab = operatorLab();
    const channel = await lab.connect();
    const resolved = (requestId: string, decision: string): void =>
      channel.emit('device.pair.resolved', { requestId, deviceId: 'x', decision, ts: 1 });
    channel.emit('device.pair.requested', device('a'));
    resolved('request-a', 'rejected');
    channel.emit('device.pair.requested', device('a', { requestId: 'request-a2', scopes: ['operator.read'] }));
    channel.emit('device.pair.requested', device('a', { requestId: 'request-a3', scopes: ['operator.write'] }));
    resolved('request-a2', 'rejected');
    resolved('request-a3', 'approved');
    channel.emit('device.pair.requested', device('b'));
    resolved('request-b', 'rejected');
    channel.emit('node.pair.requested', { requestId: 'n', nodeId: 'c', commands: [], caps: [], ts: 1 });
    channel.emit('node.pair.resolved', { requestId: 'n', nodeId: 'c', decision: 'removed', ts: 1 });
    expect(
      lab.service
        .decided()
        .toReversed()
        .map(({ requestId, outcome, decision }) => [requestId, outcome, decision]),
    ).toEqual([
      ['request-a', 'replaced', 'reject'],
      ['request-a2', 'replaced', null],
      ['request-a3', 'elsewhere', 'approve'],
      ['request-b', 'elsewhere', 'reject'],
      ['n', 'withdrawn', null],
    ]);
  });

  it('a time that is over ends by the clock here, also where the clock of the gateway is wrong', async () => {
    const lab = operatorLab();
    const channel = await lab.connect();
    channel.pending['exec'] = [exec('late', {}), exec('x')].map((one) => ({
      ...one,
      createdAtMs: 0,
      expiresAtMs: 60_000,
    }));
    channel.emit('exec.approval.requested', { ...exec('x'), createdAtMs: 0, expiresAtMs: 60_000 });
    channel.emit('exec.approval.requested', { ...exec('ages'), createdAtMs: 0, expiresAtMs: 8_000_000_000_000_000 });
    const { key = '' } = lab.service.list()[0] ?? {};
    await lab.clock.advance(59_000);
    expect(lab.service.list()).toHaveLength(2);
    await lab.clock.advance(1000);
    expect(lab.service.list().map(({ requestId }) => requestId)).toEqual(['ages']);
    expect(await codeOf(lab.decide(key, 'approve'))).toBe('request.gone');
    await lab.clock.advance(7 * 24 * 3_600_000);
    expect(lab.service.decided().map(({ outcome }) => outcome)).toEqual(['expired', 'expired']);
  });

  it('a device that has given up is found out, without a word of the gateway', async () => {
    const lab = operatorLab();
    const channel = await lab.connect();
    channel.pending['device'] = [device('a')];
    channel.emit('device.pair.requested', device('a'));
    await lab.clock.advance(5 * 60_000);
    expect(lab.service.list()).toHaveLength(1);
    channel.pending['device'] = [];
    await lab.clock.advance(60_000);
    expect(lab.service.list()).toEqual([]);
    expect(lab.service.decided()[0]?.outcome).toBe('expired');
    const asked = channel.requests.length;
    await lab.clock.advance(3_600_000);
    expect(channel.requests).toHaveLength(asked);
  });

  it('after a gap and after a reconnect the lists are read anew, and what was missed is asked after', async () => {
    const lab = operatorLab();
    const first = await lab.connect();
    first.emit('exec.approval.requested', exec('x'));
    first.emit('exec.approval.requested', exec('y'));
    first.answers['approval.get'] = () => ({ approval: { status: 'allowed', decision: 'allow-once' } });
    first.pending['exec'] = [exec('y')];
    first.pending['device'] = [device('a')];
    first.miss();
    await lab.clock.advance(2000);
    expect(lab.service.list().map(({ requestId }) => requestId)).toEqual(['y', 'request-a']);
    expect(lab.service.decided()[0]).toMatchObject({ requestId: 'x', outcome: 'elsewhere', decision: 'approve' });

    first.end();
    expect(lab.service.list()).toHaveLength(2);
    expect(await codeOf(lab.decide(lab.service.list()[0]?.key ?? '', 'reject'))).toBe('gateway.lost');
    const second = new FakeChannel();
    second.pending['device'] = [device('b')];
    second.answers['approval.get'] = () => ({ approval: { status: 'expired' } });
    await lab.connect(second);
    expect(lab.service.list().map(({ requestId }) => requestId)).toEqual(['request-b']);
    expect(
      lab.service
        .decided()
        .slice(0, 2)
        .map(({ outcome }) => outcome),
    ).toEqual(['expired', 'withdrawn']);
  });

  it('a gateway that is removed, or stays away, leaves nothing that waits', async () => {
    const lab = operatorLab();
    const home = await lab.connect();
    const office = await lab.connect(new FakeChannel('office'));
    home.emit('device.pair.requested', device('a'));
    office.emit('device.pair.requested', device('b'));
    expect([lab.service.waiting('home'), lab.service.pendingCount]).toEqual([1, 2]);
    lab.remove('home');
    expect(lab.service.list().map(({ gateway }) => gateway)).toEqual(['office']);
    office.end();
    await lab.clock.advance(10 * 60_000);
    expect(lab.service.list()).toEqual([]);
    lab.service.close();
    expect(lab.clock.pending).toBe(0);
  });
});

describe('a gateway that asks without end', () => {
  it('gets so much room and no more; others keep theirs, what had none comes in as room is made [S-GW-7]', async () => {
    const lab = operatorLab();
    const flood = await lab.connect(new FakeChannel('flood'));
    const home = await lab.connect(new FakeChannel('home'));
    flood.pending['device'] = Array.from({ length: 100_000 }, (_, at) => device(`f${at}`));
    for (const row of flood.pending['device']) flood.emit('device.pair.requested', row);
    flood.miss();
    await lab.clock.advance(2000);
    home.emit('device.pair.requested', device('a'));
    expect(lab.service.waiting('flood')).toBe(128);
    expect(lab.service.waiting('home')).toBe(1);
    const { key = '' } = lab.service.list()[0] ?? {};
    flood.pending['device'].splice(0, 1);
    await lab.decide(key, 'reject');
    expect(lab.service.waiting('flood')).toBe(127);
    await lab.clock.advance(2000);
    expect(lab.service.waiting('flood')).toBe(128);
    // Told at most four times a second.
    expect(lab.told.length).toBeLessThan(20);
  });

  it('fits what waits, and what is kept, into one message; its history pushes out its own only [S-GW-7]', async () => {
    const lab = operatorLab();
    const flood = await lab.connect(new FakeChannel('flood'));
    const home = await lab.connect(new FakeChannel('home'));
    home.emit('exec.approval.requested', exec('mine'));
    await lab.decide(lab.service.list()[0]?.key ?? '', 'reject');
    for (let at = 0; at < 3000; at += 1) {
      const id = `f${at}`;
      flood.emit('exec.approval.requested', exec(id, { command: 'x'.repeat(60_000) }));
      flood.emit('exec.approval.resolved', { id, decision: 'deny', resolvedBy: 'Eve', ts: 1 });
    }
    for (let at = 0; at < 100; at += 1)
      flood.emit('exec.approval.requested', exec(`w${at}`, { command: 'x'.repeat(60_000) }));
    const decided = lab.service.decided();
    expect(JSON.stringify({ waiting: lab.service.list(), decided }).length).toBeLessThan(1024 * 1024);
    await lab.clock.advance(2000);
    expect(lab.file.text?.length ?? 0).toBeLessThan(3 * 1024 * 1024);
    const again = operatorLab({}, lab.file);
    expect(again.service.decided().length).toBeGreaterThan(0);
    expect(lab.file.text).toContain('"gateway":"home"');
  });

  it('while its list is awaited is remembered so much of only, and asked once more [S-GW-7]', async () => {
    const lab = operatorLab();
    const channel = new FakeChannel();
    const { promise, resolve } = Promise.withResolvers<void>();
    channel.hold = promise;
    await lab.connect(channel);
    for (let at = 0; at < 10_000; at += 1)
      channel.emit('device.pair.resolved', { requestId: `r${at}`, deviceId: 'a', decision: 'approved', ts: 1 });
    resolve();
    await lab.clock.advance(5000);
    expect(channel.methodsAsked().filter((method) => method === 'device.pair.list')).toHaveLength(2);
  });

  it('is not believed what makes no sense [S-GW-7]', async () => {
    const lab = operatorLab();
    const channel = await lab.connect();
    for (const payload of [null, 7, [], {}, { requestId: 'a b' }, { requestId: 'x'.repeat(300) }, { requestId: 'x' }])
      channel.emit('device.pair.requested', payload);
    channel.emit('exec.approval.requested', { ...exec('x'), expiresAtMs: Number.MAX_VALUE });
    channel.emit('device.pair.requested', device('a', { roles: 'node' }));
    channel.answers['device.pair.list'] = () => ({ pending: 'many' });
    channel.answers['exec.approval.list'] = () => undefined;
    channel.miss();
    await lab.clock.advance(2000);
    expect(lab.service.list()).toEqual([]);
  });
});

describe('runs on this machine', () => {
  const run = {
    gateway: 'home',
    gatewayName: 'home',
    who: 'main',
    command: 'git status',
    argv: ['git', 'status'],
    directory: '/home/ada',
    environment: [],
    program: '/usr/bin/git',
    user: 'ada',
    agent: 'main',
    title: null,
    text: null,
    severity: 'info' as const,
    decisions: ['approve', 'approve-always', 'reject'] as ('approve' | 'approve-always' | 'reject')[],
    expiresAt: null,
  };

  it('wait beside what gateways ask, and get the answer of the person', async () => {
    const lab = operatorLab();
    const answers = [
      lab.service.ask(run, new AbortController().signal),
      lab.service.ask({ ...run, command: 'git push' }, new AbortController().signal),
    ];
    const [first, second] = lab.service.list();
    expect(first).toMatchObject({ kind: 'run', command: 'git status', host: 'this machine', missingScopes: [] });
    await lab.decide(first?.key ?? '', 'approve-always');
    await lab.decide(second?.key ?? '', 'reject', 'not today');
    expect(await Promise.all(answers)).toEqual(['approve-always', 'reject']);
    expect(lab.service.decided()[0]).toMatchObject({ outcome: 'rejected', reason: 'not today' });
  });

  it('keep the names of variables and not their values, which may be secrets, once they are over', async () => {
    const lab = operatorLab();
    const answer = lab.service.ask({ ...run, environment: ['TOKEN=hidden', 'LANG=C'] }, new AbortController().signal);
    const [waiting] = lab.service.list();
    expect(waiting?.environment).toEqual(['TOKEN=hidden', 'LANG=C']);
    await lab.decide(waiting?.key ?? '', 'approve');
    await answer;
    await lab.clock.advance(60_000);
    expect(lab.service.decided()[0]?.environment).toEqual(['TOKEN', 'LANG']);
    expect(lab.file.text).toContain('TOKEN');
    expect(lab.file.text).not.toContain('hidden');
  });

  it('end when nobody waits for the answer any more, or when their time is over', async () => {
    const lab = operatorLab();
    const stop = new AbortController();
    const given = lab.service.ask(run, stop.signal);
    const late = lab.service.ask({ ...run, expiresAt: lab.clock.now() + 1000 }, new AbortController().signal);
    const both = Promise.allSettled([given, late]);
    stop.abort();
    await lab.clock.advance(1000);
    const aborted = { status: 'rejected', reason: { name: 'AbortError' } };
    expect(await both).toMatchObject([aborted, aborted]);
    expect(lab.service.decided().map(({ outcome }) => outcome)).toEqual(['expired', 'withdrawn']);
    const last = lab.service.ask(run, new AbortController().signal);
    lab.service.close();
    await expect(last).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('have room of their own, whatever gateways ask [S-GW-7]', async () => {
    const lab = operatorLab({ waiting: 3, waitingPerGateway: 3, waitingRuns: 2 });
    const channel = await lab.connect();
    for (let at = 0; at < 10; at += 1) channel.emit('device.pair.requested', device(`d${at}`));
    const signal = new AbortController().signal;
    const answers = [lab.service.ask(run, signal), lab.service.ask(run, signal)];
    await expect(lab.service.ask(run, signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(lab.service.pendingCount).toBe(5);
    const ended = Promise.allSettled(answers);
    lab.service.close();
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
