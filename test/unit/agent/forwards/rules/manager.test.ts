import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RuleContext, RuleRunner } from '#agent/forwards/rules/index.ts';
import type { ForwardRule } from '#shared/app-api/index.ts';
import { ForwardError } from '#shared/forward/index.ts';
import { createSession, type LinkSession } from '#shared/link/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { codeOf } from '#test/support/hostile/device.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { bridgeRule, OFFICE, RuleSide, socksRule, udpRule } from '#test/support/forwards/rule-side.ts';

class FakeRunner implements RuleRunner {
  readonly context: RuleContext<'socks5' | 'tcp-bridge'>;
  stopped = 0;
  askedAgain = 0;
  startError: Error | undefined;
  started: Promise<void> = Promise.resolve();
  aborted = false;

  constructor(context: RuleContext<'socks5' | 'tcp-bridge'>) {
    this.context = context;
  }

  async start(signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => {
      this.aborted = true;
    });
    await this.started;
    if (this.startError !== undefined) throw this.startError;
    this.context.report({ address: `127.0.0.1:${this.context.rule.listen.port || 40_000}` });
  }

  askAgain(): void {
    this.askedAgain += 1;
  }

  stop(): Promise<void> {
    this.stopped += 1;
    return Promise.resolve();
  }
}

let clock: FakeClock;
let runners: FakeRunner[];
let prepare: (runner: FakeRunner) => void;
let side: RuleSide;

function createRunner(context: RuleContext<'socks5' | 'tcp-bridge'>): FakeRunner {
  const runner = new FakeRunner(context);
  prepare(runner);
  runners.push(runner);
  return runner;
}

function create(file?: MemoryDocumentFile, secret?: Uint8Array): RuleSide {
  return new RuleSide({
    clock,
    session: () => Promise.reject(new Error('no link')),
    runners: { socks5: createRunner, 'tcp-bridge': createRunner },
    ...(file === undefined ? {} : { file }),
    ...(secret === undefined ? {} : { secret }),
  });
}

beforeEach(async () => {
  clock = new FakeClock();
  runners = [];
  prepare = () => undefined;
  side = create();
  await side.manager.start();
});

afterEach(async () => {
  await side.manager.close();
  if (clock.pending > 0) throw new Error('a timer was left');
});

function rule(changes: Partial<Extract<ForwardRule, { kind: 'socks5' }>> = {}): ForwardRule {
  return socksRule({ listen: { host: '127.0.0.1', port: 1080 }, ...changes });
}

describe('a request that no one answered', () => {
  it('is repeated when the peer names the permission, and over a new link, but not over the same one', async () => {
    const session = (id: number): LinkSession => createSession({ role: 'initiator', id: String(id).repeat(32), clock });
    const [first, second] = [session(1), session(2)];
    let current: LinkSession | undefined;
    const linked = new RuleSide({
      clock,
      session: () => Promise.reject(new Error('no link')),
      current: () => current,
      runners: { socks5: createRunner },
    });
    await linked.manager.start();
    await linked.manager.add({ rule: rule() });
    const counts: (number | undefined)[] = [];
    for (const now of [first, undefined, first, second, second]) {
      current = now;
      linked.manager.linksChanged();
      counts.push(runners.at(-1)?.askedAgain);
    }
    expect(counts).toEqual([1, 1, 1, 2, 2]);
    linked.manager.rightNamed(OFFICE, 'ask');
    expect(runners.at(-1)?.askedAgain).toBe(2);
    linked.manager.rightNamed(OFFICE, 'allow');
    expect(runners.at(-1)?.askedAgain).toBe(3);
    await linked.manager.close();
    for (const one of [first, second]) await one.close('link.session-lost', 'test');
  });
});

describe('rules', () => {
  it('are saved, and run again when the agent starts the next time', async () => {
    const { id } = await side.manager.add({ rule: rule({ name: 'browser' }) });
    await side.manager.add({ rule: rule({ name: 'off', enabled: false }) });
    await side.manager.close();
    side = create(side.file);
    expect(side.manager.list().map(({ state }) => state)).toEqual(['off', 'off']);
    await side.manager.start();
    expect(side.manager.list().map(({ rule: { name }, state }) => `${name} ${state}`)).toEqual([
      'browser ready',
      'off off',
    ]);
    expect(side.manager.view(id)).toMatchObject({
      peerName: 'office',
      address: '127.0.0.1:1080',
      url: 'socks5h://127.0.0.1:1080',
      open: false,
    });
  });

  it('have names of their own, peers that are known, and kinds that something runs', async () => {
    await side.manager.add({ rule: rule({ name: 'Browser' }) });
    expect(await codeOf(side.manager.add({ rule: rule({ name: 'browser' }) }))).toBe('forward.name-taken');
    expect(await codeOf(side.manager.add({ rule: rule({ name: 'x', peer: 'A'.repeat(56) }) }))).toBe('peer.unknown');
    expect(await codeOf(side.manager.add({ rule: udpRule(80) }))).toBe('forward.kind-unavailable');
    expect(await codeOf(side.manager.add({ rule: rule({ name: 'x', user: 'me' }) }))).toBe('forward.no-password');
    expect(side.manager.list()).toHaveLength(1);
    expect(await codeOf(side.manager.remove('other'))).toBe('forward.unknown');
    expect(await codeOf(side.manager.update('other', rule(), undefined))).toBe('forward.unknown');
  });

  it('are added all or none, and can be checked before', async () => {
    const rules = [{ rule: rule({ name: 'a' }) }, { rule: rule({ name: 'a' }) }];
    expect(() => side.manager.check(rules)).toThrow('another rule has that name');
    expect(await codeOf(side.manager.addAll(rules))).toBe('forward.name-taken');
    expect(side.manager.list()).toEqual([]);
    expect(await side.manager.addAll([{ rule: rule({ name: 'a' }) }, { rule: rule({ name: 'b' }) }])).toHaveLength(2);
  });

  it('take the place of those of the same name, all or none, with their id and a password for the same user', async () => {
    const first = await side.manager.add({ rule: rule({ name: 'Browser', user: 'ada' }), password: 'secret' });
    await side.manager.add({ rule: rule({ name: 'kept' }) });
    const put = [
      { rule: rule({ name: 'browser', user: 'ada', listen: { host: '127.0.0.1', port: 1090 } }) },
      { rule: rule({ name: 'new' }) },
    ];
    side.manager.check(put, true);
    expect(await codeOf(side.manager.putAll([...put, { rule: rule({ name: 'NEW' }) }]))).toBe('forward.name-taken');
    expect(await codeOf(side.manager.putAll([...put, ...put.slice(0, 1)]))).toBe('forward.name-taken');
    expect(side.manager.list().map(({ rule: { name } }) => name)).toEqual(['Browser', 'kept']);
    const views = await side.manager.putAll(put);
    expect(views[0]).toMatchObject({ id: first.id, hasPassword: true, state: 'ready', address: '127.0.0.1:1090' });
    expect(side.manager.list().map(({ rule: { name } }) => name)).toEqual(['browser', 'kept', 'new']);
    expect(runners.at(0)?.stopped).toBe(1);
    // The password was given for another person.
    const other = [{ rule: rule({ name: 'browser', user: 'eve' }) }];
    expect(await codeOf(side.manager.putAll(other))).toBe('forward.no-password');
    await side.manager.putAll([{ rule: rule({ name: 'browser', user: null }) }]);
    expect(side.manager.view(first.id).hasPassword).toBe(false);
  });

  it('are at most 256', async () => {
    const rules = Array.from({ length: 257 }, (_, index) => ({
      rule: rule({ name: `rule ${index}`, enabled: false }),
    }));
    expect(await codeOf(side.manager.addAll(rules))).toBe('forward.too-many-rules');
    expect(await side.manager.addAll(rules.slice(1))).toHaveLength(256);
  });

  it('stay when their peer is forgotten, say why they do not run, and run when it is paired again', async () => {
    const { id } = await side.manager.add({ rule: rule() });
    side.knowsPeer = false;
    side.manager.peerChanged(OFFICE, 'removed');
    await settle();
    expect(side.manager.view(id)).toMatchObject({
      state: 'failed',
      problem: { code: 'forward.no-peer' },
      peerName: null,
    });
    expect(runners[0]?.stopped).toBe(1);
    side.knowsPeer = true;
    side.manager.peerChanged(OFFICE, 'added');
    await settle();
    expect(side.manager.view(id)).toMatchObject({ state: 'ready', problem: null, peerName: 'office' });
    side.manager.peerChanged(OFFICE, 'updated');
    await settle();
    expect(runners).toHaveLength(2);
  });

  it('keep what they carry when only their name changes, and begin anew when anything else does', async () => {
    const { id } = await side.manager.add({ rule: rule({ name: 'a' }) });
    expect((await side.manager.update(id, rule({ name: 'b' }), undefined)).rule.name).toBe('b');
    expect(runners).toHaveLength(1);
    await side.manager.update(id, rule({ name: 'b', listen: { host: '127.0.0.1', port: 1081 } }), undefined);
    expect(runners.map(({ stopped }) => stopped)).toEqual([1, 0]);
    expect(side.manager.view(id).address).toBe('127.0.0.1:1081');
  });

  it('are told from others that can be reached from outside', async () => {
    const hosts = ['localhost', '127.8.8.8', '::1', '0.0.0.0', '::', '192.168.1.2', '127.0.0.1.example'];
    const views = await side.manager.addAll(
      hosts.map((host) => ({ rule: rule({ name: host, listen: { host, port: 1 } }) })),
    );
    expect(views.map(({ open }) => open)).toEqual([false, false, false, true, true, true, true]);
  });
});

describe('a rule', () => {
  it('is switched off and on, on the same port', async () => {
    const { id } = await side.manager.add({ rule: rule({ listen: { host: '127.0.0.1', port: 0 } }) });
    expect(await side.manager.enable(id, false)).toMatchObject({
      state: 'off',
      address: null,
      url: null,
      problem: null,
    });
    expect(await codeOf(side.manager.restart(id))).toBe('forward.not-running');
    expect(await side.manager.enable(id, true)).toMatchObject({ state: 'ready' });
    expect(runners.map(({ context, stopped }) => [context.formerPort, stopped])).toEqual([
      [0, 1],
      [40_000, 0],
    ]);
  });

  it('that takes any free port has the same one when the program starts again', async () => {
    const { id } = await side.manager.add({ rule: rule({ listen: { host: '127.0.0.1', port: 0 } }) });
    await side.manager.add({ rule: rule({ name: 'fixed', listen: { host: '127.0.0.1', port: 1081 } }) });
    await side.manager.close();
    const next = create(side.file);
    await next.manager.start();
    const formerPorts = runners.slice(2).map(({ context }) => [context.id === id, context.formerPort]);
    expect(formerPorts).toEqual([
      [true, 40_000],
      [false, 0],
    ]);
    await next.manager.close();
  });

  it('whose peer is away says so until the peer may be reached, whatever else happens to links', async () => {
    const { id } = await side.manager.add({ rule: rule() });
    runners[0]?.context.report({ state: 'waiting', problem: { code: 'forward.peer-away', details: {} } });
    side.isReachable = false;
    side.manager.linksChanged();
    expect(side.manager.view(id)).toMatchObject({ state: 'waiting', problem: { code: 'forward.peer-away' } });
    side.isReachable = true;
    side.manager.linksChanged();
    expect(side.manager.view(id)).toMatchObject({ state: 'ready', problem: null });
  });

  it('that cannot listen says why, and tries again by itself', async () => {
    prepare = (runner) => {
      runner.startError = new ForwardError('forward.port-in-use', 'in use', { details: { port: 1080, free: 1081 } });
    };
    const view = await side.manager.add({ rule: rule() });
    expect(view).toMatchObject({
      state: 'failed',
      problem: { code: 'forward.port-in-use', details: { port: 1080, free: 1081 }, at: clock.now() },
    });
    prepare = () => undefined;
    await clock.advance(14_999);
    expect(runners).toHaveLength(1);
    await clock.advance(1);
    expect(side.manager.view(view.id)).toMatchObject({ state: 'ready', problem: null });
    expect(runners[0]?.stopped).toBe(1);
  });

  it('that fails for another reason waits for a person', async () => {
    prepare = (runner) => {
      runner.startError = new ForwardError('forward.port-privileged', 'no', { details: { port: 80, free: 8080 } });
    };
    const { id } = await side.manager.add({ rule: rule() });
    await clock.advance(600_000);
    expect(runners).toHaveLength(1);
    expect(side.manager.view(id).state).toBe('failed');
  });

  it('that starts slowly is ended at once when it is removed, and reports nothing any more', async () => {
    let go: () => void = () => undefined;
    prepare = (runner) => {
      runner.started = new Promise((resolve) => {
        go = resolve;
      });
    };
    const adding = side.manager.add({ rule: rule() });
    await settle();
    const [view] = side.manager.list();
    expect(view?.state).toBe('starting');
    const removing = side.manager.remove(view?.id ?? '');
    expect(runners[0]?.aborted).toBe(true);
    go();
    await Promise.all([adding, removing]);
    expect(runners[0]?.stopped).toBe(1);
    runners[0]?.context.report({ state: 'failed' });
    expect(side.manager.list()).toEqual([]);
  });

  it('is told to user interfaces at most four times a second, with rates over two seconds', async () => {
    const { id } = await side.manager.add({ rule: rule() });
    await clock.advance(10_000);
    const [runner] = runners;
    const connection = runner?.context.connections.open('a.test:80', '127.0.0.1:9', () => undefined);
    side.changes = 0;
    for (let at = 0; at < 4000; at += 10) {
      connection?.meter.in(10);
      connection?.meter.out(5);
      await clock.advance(10);
    }
    expect(side.changes).toBe(16);
    expect(side.manager.view(id)).toMatchObject({ rateIn: 1000, rateOut: 500, bytesIn: 4000, bytesOut: 2000 });
    connection?.close();
    await clock.advance(3000);
    expect(side.manager.view(id)).toMatchObject({ rateIn: 0, rateOut: 0, connections: 0, total: 1 });
    side.changes = 0;
    await clock.advance(60_000);
    expect(side.changes).toBe(0);
  });

  it('carries at most 1024 connections', async () => {
    await side.manager.add({ rule: rule() });
    const connections = runners[0]?.context.connections;
    for (let count = 0; count < 1024; count += 1) connections?.open('a.test:80', null, () => undefined);
    expect(() => connections?.open('a.test:80', null, () => undefined)).toThrow('too many connections');
    expect(side.manager.listConnections()).toHaveLength(1024);
  });

  it('has a connection ended by a person', async () => {
    await side.manager.add({ rule: rule() });
    let ended = 0;
    const connection = runners[0]?.context.connections.open('a.test:80', null, () => {
      ended += 1;
    });
    side.manager.connections.disconnect(connection?.id ?? 0);
    expect(ended).toBe(1);
    connection?.close();
    expect(() => side.manager.connections.disconnect(connection?.id ?? 0)).toThrow('no such connection');
  });

  it('has no host key and no ways to try unless its kind does', async () => {
    const { id } = await side.manager.add({ rule: rule() });
    expect(await codeOf(side.manager.trustHostKey(id, 'SHA256:x'))).toBe('forward.kind');
    await side.manager.enable(id, false);
    expect(await codeOf(side.manager.probe(id))).toBe('forward.not-running');
  });
});

describe('a question at the machine of a rule', () => {
  const HOUR = 60 * 60_000;
  const listen = { host: '127.0.0.1', port: 1080 };
  let id: string;
  const asks = () => side.manager.view(id).asks;
  const connect = (wasAsked: boolean) =>
    runners.findLast(({ context }) => context.id === id)?.context.connections.answered(wasAsked);

  beforeEach(async () => {
    ({ id } = await side.manager.add({ rule: bridgeRule(8080, { listen }) }));
  });

  it('is unknown before the first connection, and may come again after one', () => {
    expect(asks()).toBe(undefined);
    connect(true);
    expect(asks()).toBe('perhaps');
  });

  it('is known not to come after a connection without one, also after a restart', async () => {
    connect(true);
    // The answer may hold for an hour, and let this one through.
    connect(false);
    expect(asks()).toBe('perhaps');
    await clock.advance(HOUR);
    connect(false);
    expect(asks()).toBe('no');
    await side.manager.close();
    side = create(side.file);
    await side.manager.start();
    expect(asks()).toBe('no');
    connect(false);
    connect(true);
    expect(asks()).toBe('perhaps');
  });

  it('may come again once the permission there is known to have changed', () => {
    side.manager.rightNamed(OFFICE, 'ask');
    connect(false);
    side.manager.rightNamed(OFFICE, 'ask');
    side.manager.rightNamed('E'.repeat(56) as typeof OFFICE, 'deny');
    expect(asks()).toBe('no');
    side.manager.rightNamed(OFFICE, 'allow');
    expect(asks()).toBe('perhaps');
    side.manager.rightNamed(OFFICE, 'ask');
    expect(asks()).toBe('perhaps');
  });

  it('may come again after either machine has removed the other', () => {
    connect(false);
    side.manager.rightForgotten(OFFICE);
    expect(asks()).toBe('perhaps');
    connect(false);
    side.manager.peerChanged(OFFICE, 'removed');
    expect(asks()).toBe('perhaps');
  });

  it('is unknown for another target, and stays known with another name', async () => {
    connect(false);
    await side.manager.update(id, bridgeRule(8080, { listen, name: 'other' }), undefined);
    expect(asks()).toBe('no');
    await side.manager.update(id, bridgeRule(8081, { listen }), undefined);
    expect(asks()).toBe(undefined);
  });

  it('is never known for a proxy, whose programs name the targets', async () => {
    ({ id } = await side.manager.add({ rule: rule({ name: 'proxy' }) }));
    connect(false);
    expect(asks()).toBe(undefined);
  });
});

describe('the password of a rule', () => {
  it('reaches what runs it, and neither a view nor the document [S-FWD-5]', async () => {
    const { id } = await side.manager.add({ rule: rule({ user: 'me' }), password: 'very secret' });
    expect(runners[0]?.context.password).toBe('very secret');
    expect(side.manager.view(id).hasPassword).toBe(true);
    for (const text of [JSON.stringify(side.manager.list()), side.file.text]) expect(text).not.toContain('very secret');
    await side.manager.close();
    side = create(side.file);
    await side.manager.start();
    expect(runners[1]?.context.password).toBe('very secret');
  });

  it('stays, changes and goes as a person says', async () => {
    const { id } = await side.manager.add({ rule: rule({ user: 'me' }), password: 'one' });
    await side.manager.update(id, rule({ user: 'you' }), undefined);
    await side.manager.update(id, rule({ user: 'you' }), 'two');
    expect(await codeOf(side.manager.update(id, rule({ user: 'you' }), null))).toBe('forward.no-password');
    await side.manager.update(id, rule(), null);
    expect(runners.map(({ context }) => context.password)).toEqual(['one', 'one', 'two', null]);
  });

  it('cannot be read on another device, nor for another rule [S-FWD-5]', async () => {
    await side.manager.add({ rule: rule({ name: 'a', user: 'me' }), password: 'one' });
    await side.manager.add({ rule: rule({ name: 'b', user: 'me' }), password: 'two' });
    await side.manager.close();
    const elsewhere = create(new MemoryDocumentFile(side.file.text), new Uint8Array(32).fill(8));
    await elsewhere.manager.start();
    expect(elsewhere.manager.list().map(({ problem }) => problem?.code)).toEqual(
      Array(2).fill('forward.secret-unreadable'),
    );
    await elsewhere.manager.close();
    const document = JSON.parse(side.file.text ?? '') as { data: { rules: { secret: string }[] } };
    const [first, second] = document.data.rules;
    if (first === undefined || second === undefined) throw new Error('two rules were saved');
    [first.secret, second.secret] = [second.secret, first.secret];
    side = create(new MemoryDocumentFile(JSON.stringify(document)));
    await side.manager.start();
    expect(side.manager.list().map(({ problem }) => problem?.code)).toEqual(Array(2).fill('forward.secret-unreadable'));
  });
});
