import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OwnRelay } from '#agent/network/index.ts';
import { createApprovalHandlers } from '#agent/core/approvals/index.ts';
import { createTargetHandlers } from '#agent/targets/index.ts';
import type { AppConnection } from '#shared/app-api/index.ts';
import { formatIp } from '#shared/forward/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { pattern, TargetSide } from '#test/support/forwards/target-side.ts';
import { codeOf } from '#test/support/rejections.ts';

const clock = new FakeClock();
let target: TargetSide;
let laptop: PeerId;
let handlers: ReturnType<typeof createApprovalHandlers> & ReturnType<typeof createTargetHandlers>;
let closing: AbortController;

beforeEach(() => {
  target = new TargetSide({ clock });
  laptop = target.addPeer('laptop');
  const { peers, audit, approvals, ownPorts, rights: policy } = target;
  handlers = {
    ...createApprovalHandlers({ approvals, audit, clock, peers, policy, principals: peers }),
    ...createTargetHandlers({ peers, audit, approvals, reservedPorts: ownPorts, clock, targets: target.policy }),
  };
  closing = new AbortController();
});
afterEach(() => target.close());

function context(): never {
  const { signal } = closing;
  const connection = { closed: signal } as unknown as AppConnection;
  return { signal: new AbortController().signal, progress: () => undefined, connection } as never;
}

describe('the targets of a peer', () => {
  it('are kept as they were set, and told', async () => {
    const targets = [pattern('10.0.0.0/8:8000-8100'), pattern('listen *:*')];
    await handlers['targets.set']({ peer: 'laptop', targets }, context());
    expect(await handlers['targets.list']({ peer: laptop }, context())).toEqual(targets);
    const [entry] = await target.audit.list(1);
    expect(entry).toMatchObject({ event: 'targets.changed', fields: { name: 'laptop', count: 2 } });
  });

  it.each([
    ['10.0.0.0/33:*', 'target.host'],
    ['10/8:*', 'target.host'],
    ['*.:*', 'target.host'],
    ['a*b:*', 'target.host'],
    ['2130706433:*', 'target.host'],
    ['010.0.0.1:*', 'target.host'],
    ['fe80::1%eth0:*', 'target.host'],
    ['169.254.169.254:*', 'target.protected'],
    ['::ffff:169.254.169.254:*', 'target.protected'],
    ['metadata.google.internal:*', 'target.protected'],
    ['listen 224.0.0.1:*', 'target.protected'],
    ['10.0.0.1:0', 'target.ports'],
    ['10.0.0.1:65536', 'target.ports'],
    ['10.0.0.1:90-80', 'target.ports'],
  ])('are not %s, and what was there stays', async (text, code) => {
    target.allow(laptop, 'localhost:1');
    const targets = [pattern('10.0.0.1:80'), pattern(text)];
    expect(await codeOf(() => handlers['targets.set']({ peer: 'laptop', targets }, context()))).toBe(code);
    expect(target.peers.get(laptop)?.targets).toEqual([pattern('localhost:1')]);
  });

  it('end in the future; what has run out may stay in the list', async () => {
    const over = { ...pattern('10.0.0.1:80'), expiresAt: clock.now() };
    expect(await codeOf(() => handlers['targets.set']({ peer: 'laptop', targets: [over] }, context()))).toBe(
      'target.expired',
    );
    target.peers.setTargets(laptop, [over]);
    await handlers['targets.set']({ peer: 'laptop', targets: [over, pattern('localhost:1')] }, context());
    expect(target.peers.get(laptop)?.targets).toHaveLength(2);
  });
});

it('a request that is approved for good grants the right as a whole, unless it is less', async () => {
  const whole = target.approvals.request({ peerId: laptop, right: 'terminal', detail: 'open a terminal' });
  const asker = { peerId: laptop, name: 'laptop', session: { id: 's', closed: new Promise<never>(() => undefined) } };
  const { signal } = new AbortController();
  const less = target.policy.check(asker, 'tcp', { host: '10.0.0.1', port: 22 }, { signal });
  await settle();
  for (const { id } of target.approvals.list())
    expect(await handlers['approvals.decide']({ id, decision: 'approve', remember: true }, context())).toMatchObject({
      state: 'approved',
      always: true,
    });
  expect(await whole).toBe('approved');
  expect((await less).addresses).toEqual(['10.0.0.1']);
  expect([target.rights.decision(laptop, 'terminal'), target.rights.decision(laptop, 'forward')]).toEqual([
    'allow',
    'ask',
  ]);
  expect(target.peers.get(laptop)?.targets).toEqual([{ ...pattern('10.0.0.1:22'), protocol: 'tcp' }]);
  expect((await target.audit.list(10)).find(({ event }) => event === 'targets.changed')?.fields['count']).toBe(1);
});

it('a target that was approved to stay is over once it is removed: what runs, and the next try [S-RIGHT-2]', async () => {
  const asker = { peerId: laptop, name: 'laptop', session: { id: 's', closed: new Promise<never>(() => undefined) } };
  const check = (signal = new AbortController().signal) =>
    target.policy.check(asker, 'tcp', { host: 'localhost', port: 8000 }, { signal });
  const first = check();
  await settle();
  const id = target.approvals.list()[0]?.id ?? 0;
  await handlers['approvals.decide']({ id, decision: 'approve', remember: true }, context());
  let ended = 0;
  target.policy.watch(asker, await first, '127.0.0.1', () => (ended += 1));
  expect(await handlers['targets.temporary']({ peer: 'laptop' }, context())).toEqual([]);
  await handlers['targets.set']({ peer: 'laptop', targets: [] }, context());
  expect(ended).toBe(1);
  await expectAsked(check);
});

it.each([
  ['a target of its own', 'localhost:8000'],
  ['a wider one that covers it', '*:*'],
])(
  'what was approved for a while ends with %s that is removed, and other targets stay [S-RIGHT-2]',
  async (_, text) => {
    const { check, ended } = await approvedTwo();
    await handlers['targets.set']({ peer: 'laptop', targets: [pattern(text)] }, context());
    expect(ended).toEqual([0, 0]);
    await handlers['targets.set']({ peer: 'laptop', targets: [] }, context());
    expect(ended).toEqual(text === '*:*' ? [1, 1] : [1, 0]);
    await expectAsked((signal) => check(8000, signal));
  },
);

it('what was approved for a while ends by itself, also for what outlasts its hour [S-RIGHT-2]', async () => {
  const { check, ended } = await approvedTwo();
  await clock.advance(30 * 60_000);
  await handlers['targets.endTemporary']({ peer: 'laptop', target: 'localhost:8000' }, context());
  expect(ended).toEqual([1, 0]);
  expect(await handlers['targets.temporary']({ peer: 'laptop' }, context())).toMatchObject([
    { target: 'localhost:8001' },
  ]);
  await expectAsked((signal) => check(8000, signal));
  await handlers['targets.endTemporary']({ peer: 'laptop' }, context());
  expect(ended).toEqual([1, 1]);
});

/** Two ports of this machine, approved for a while and in use. */
async function approvedTwo() {
  const asker = { peerId: laptop, name: 'laptop', session: { id: 's', closed: new Promise<never>(() => undefined) } };
  const check = (port: number, signal = new AbortController().signal) =>
    target.policy.check(asker, 'tcp', { host: 'localhost', port }, { signal });
  const ended = [0, 0];
  for (const [index, port] of [8000, 8001].entries()) {
    const allowed = check(port);
    await settle();
    const id = target.approvals.list()[0]?.id ?? 0;
    await handlers['approvals.decide']({ id, decision: 'approve' }, context());
    target.policy.watch(asker, await allowed, '127.0.0.1', () => (ended[index] = (ended[index] ?? 0) + 1));
  }
  return { check, ended };
}

async function expectAsked(check: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
  const given = new AbortController();
  const asked = check(given.signal).catch(() => undefined);
  await settle();
  expect(target.approvals.pendingCount).toBe(1);
  given.abort();
  await asked;
}

it('a request that is approved for a time grants the right until its end, and one of a target not at all', async () => {
  const whole = target.approvals.request({ peerId: laptop, right: 'terminal', detail: 'open a terminal' });
  const asker = { peerId: laptop, name: 'laptop', session: { id: 's', closed: new Promise<never>(() => undefined) } };
  const { signal } = new AbortController();
  void target.policy.check(asker, 'tcp', { host: '10.0.0.1', port: 22 }, { signal }).catch(() => undefined);
  await settle();
  const [forward, terminal] = target.approvals.list();
  const answer = (id = 0, more = {}) =>
    handlers['approvals.decide']({ id, decision: 'approve', duration: 60_000, ...more }, context());
  for (const wrong of [answer(forward?.id), answer(terminal?.id, { remember: true })])
    await expect(wrong).rejects.toMatchObject({ code: 'approval.no-duration' });
  expect(target.approvals.list()).toHaveLength(2);
  expect(await answer(terminal?.id)).toMatchObject({ state: 'approved', until: clock.now() + 60_000 });
  expect(await whole).toBe('approved');
  expect(target.rights.decision(laptop, 'terminal')).toBe('allow');
  expect(target.rights.decision(laptop, 'forward')).toBe('ask');
  await clock.advance(60_000);
  expect(target.rights.decision(laptop, 'terminal')).toBe('ask');
  // The history keeps the end.
  expect(target.approvals.list(true).find(({ id }) => id === terminal?.id)).toMatchObject({
    state: 'approved',
    until: clock.now(),
  });
});

it('a port that a program protects is one of ours until its connection is over [S-TARGET-2]', async () => {
  for (let round = 0; round < 3; round += 1) await handlers['targets.protect']({ port: 8123 }, context());
  expect(target.ownPorts.has(8123)).toBe(true);
  closing.abort();
  expect(target.ownPorts.has(8123)).toBe(false);
  await handlers['targets.protect']({ port: 8123 }, context());
  expect(target.ownPorts.has(8123)).toBe(false);
});

it.each([
  ['wss://127.0.0.1:7474', 7474],
  ['ws://localhost:8080', 8080],
  ['wss://[::1]', 7474],
  ['wss://192.168.7.7:7474', 7474],
  ['wss://relay.example:7474', undefined],
  ['wss://192.168.7.8:7474', undefined],
  ['wss://here.example:7474', 7474],
  ['wss://inside.example:7474', 7474],
  ['wss://0.0.0.0:7474', 7474],
  ['nonsense', undefined],
  [null, undefined],
])('the relay %s is at the own port %s [S-TARGET-2]', async (url, port) => {
  const relay = ownRelay(url);
  relay.prefetch();
  await settle();
  expect(relay.port).toBe(port);
});

const ZONE: Record<string, readonly string[]> = {
  'relay.example': ['93.184.216.34'],
  'here.example': ['93.184.216.34', '192.168.7.7'],
  'inside.example': ['127.0.1.1'],
};

function ownRelay(url: string | null): OwnRelay {
  const lookup = async (name: string): Promise<readonly string[]> => {
    const addresses = ZONE[name];
    if (addresses === undefined) throw new Error('ENOTFOUND');
    return addresses;
  };
  return new OwnRelay({ url: () => url, lookup, isOwn: (address) => formatIp(address) === '192.168.7.7', clock });
}

it('the relay counts as being here while nobody knows where its name leads, and follows its name [S-TARGET-2]', async () => {
  const relay = ownRelay('wss://moving.example:7474');
  const ports: (number | undefined)[] = [];
  for (const addresses of [undefined, undefined, ['10.9.9.9'], undefined, ['192.168.7.7']]) {
    if (addresses === undefined) delete ZONE['moving.example'];
    else ZONE['moving.example'] = addresses;
    await clock.advance(60_000);
    relay.prefetch();
    await settle();
    ports.push(relay.port);
  }
  expect(ports).toEqual([7474, 7474, undefined, undefined, 7474]);
});

it('a person who looks at what a peer may do lets it ask again', async () => {
  const request = { peerId: laptop, right: 'forward', detail: 'connect to 10.0.0.1:22' } as const;
  const refuse = async (): Promise<number> => {
    const answer = target.approvals.request(request);
    target.approvals.decide(target.approvals.list()[0]?.id ?? 0, 'not-now');
    expect(await answer).toBe('denied');
    return target.approvals.pauseLeft(request);
  };
  expect(await refuse()).toBe(60_000);
  await handlers['targets.set']({ peer: 'laptop', targets: [] }, context());
  expect(await refuse()).toBe(60_000);
  const { rights } = target;
  rights.set(laptop, 'forward', 'ask');
  expect(target.approvals.pauseLeft(request)).toBe(60_000);
  target.approvals.mayAskAgain(laptop, 'forward');
  expect(target.approvals.pauseLeft(request)).toBe(0);
});
