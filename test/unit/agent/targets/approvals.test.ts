import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AllowedTarget, TargetRequester } from '#agent/targets/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';
import { codeOf } from '#test/support/rejections.ts';

const HOUR = 3_600_000;

let clock: FakeClock;
let target: TargetSide;
let laptop: PeerId;
let answers: Record<string, readonly string[]>;
let session: Session;

beforeEach(() => {
  clock = new FakeClock();
  answers = {
    'db.internal': ['10.1.2.3'],
    'cdn.example': ['93.184.216.34'],
    'my-host': ['127.0.1.1'],
    'my-site': ['2001:db8::5'],
  };
  target = new TargetSide({ clock, lookup: async (name) => answers[name] ?? [], ownAddresses: ['2001:db8::5'] });
  laptop = target.addPeer('laptop');
  session = new Session('one');
});
afterEach(() => target.close());

/** As much of a link's session as a grant needs. */
class Session {
  readonly id: string;
  readonly closed: Promise<Readonly<{ code: string; reason: string; remote: boolean }>>;
  end: () => void = () => undefined;

  constructor(id: string) {
    this.id = id;
    this.closed = new Promise((resolve) => {
      this.end = () => resolve({ code: 'link.closed', reason: '', remote: true });
    });
  }
}

type Use = 'tcp' | 'udp' | 'listen';
type Try = Readonly<{
  result: Promise<AllowedTarget>;
  code: Promise<string>;
  isAsked: () => boolean;
  giveUp: () => void;
}>;

function attempt(host: string, port: number, use: Use = 'tcp', from: Session = session): Try {
  const asker: TargetRequester = { peerId: laptop, name: 'laptop', session: from };
  const given = new AbortController();
  let asked = false;
  const options = {
    signal: given.signal,
    onWaiting: () => {
      asked = true;
    },
  };
  const result = target.policy.check(asker, use, { host, port }, options);
  const code = result.then(
    () => 'allowed',
    (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown'),
  );
  return { result, code, isAsked: () => asked, giveUp: () => given.abort() };
}

function waiting(): readonly string[] {
  return target.approvals.list().map(({ detail }) => detail);
}

/** As the handler of `approvals.decide` does. */
function decide(decision: 'approve' | 'not-now' | 'ignore', remember = false): void {
  const [request] = target.approvals.list();
  const id = request?.id ?? 0;
  const grant = target.approvals.remembering(id);
  target.approvals.decide(id, decision);
  if (remember) grant?.();
}

describe('a request', () => {
  it.each([
    ['db.internal', 5432, 'tcp', 'connect to db.internal:5432 (10.1.2.3)'],
    ['DB.internal.', 5432, 'tcp', 'connect to db.internal:5432 (10.1.2.3)'],
    ['10.1.2.3', 22, 'tcp', 'connect to 10.1.2.3:22'],
    ['0x7f.1', 22, 'tcp', 'connect to 127.0.0.1:22'],
    ['fd00::5', 22, 'tcp', 'connect to [fd00::5]:22'],
    ['localhost', 53, 'udp', 'send datagrams to localhost:53 (127.0.0.1, ::1)'],
    ['127.0.0.1', 8080, 'listen', 'take connections at 127.0.0.1:8080'],
    ['localhost', 0, 'listen', 'take connections at a free port of localhost (127.0.0.1)'],
  ] as const)('says exactly what %s %i (%s) would be: %s [S-TARGET-5]', async (host, port, use, detail) => {
    const one = attempt(host, port, use);
    await settle();
    expect(waiting()).toEqual([detail]);
    one.giveUp();
    expect(await one.code).toBe('forward.denied');
    expect(waiting()).toEqual([]);
  });

  it('is one, however many connections wait for the answer, and one yes lets all of them in', async () => {
    const many = Array.from({ length: 60 }, () => attempt('db.internal', 5432));
    await settle();
    expect(waiting()).toHaveLength(1);
    decide('approve');
    expect(new Set(await Promise.all(many.map(({ code }) => code)))).toEqual(new Set(['allowed']));
    expect(waiting()).toEqual([]);
  });

  it('stays while one of those who wait has not given up', async () => {
    const [first, second] = [attempt('db.internal', 5432), attempt('db.internal', 5432)];
    await settle();
    first.giveUp();
    await settle();
    expect(waiting()).toHaveLength(1);
    decide('approve');
    expect([await first.code, await second.code]).toEqual(['forward.denied', 'allowed']);
  });

  it('of somebody who comes just after all have given up is one of its own', async () => {
    const first = attempt('db.internal', 5432);
    await settle();
    first.giveUp();
    const second = attempt('db.internal', 5432);
    await settle();
    expect(waiting()).toHaveLength(1);
    decide('approve');
    expect(await second.code).toBe('allowed');
  });

  it('that was refused is not put again by a name that leads elsewhere now, nor in another session [S-ASK-4]', async () => {
    const no = attempt('cdn.example', 443);
    await settle();
    decide('not-now');
    expect(await no.code).toBe('forward.denied');
    answers['cdn.example'] = ['93.184.216.35'];
    expect(await attempt('CDN.example.', 443).code).toBe('forward.denied');
    expect(await attempt('cdn.example', 443, 'tcp', new Session('two')).code).toBe('forward.denied');
    expect(waiting()).toEqual([]);
  });

  it('is refused by a no, by nobody, and at once when too many wait', async () => {
    const no = attempt('10.0.0.1', 1);
    await settle();
    decide('not-now');
    expect(await no.code).toBe('forward.denied');
    const tooSoon = attempt('10.0.0.1', 1);
    expect(await tooSoon.code).toBe('forward.denied');
    await expect(tooSoon.result).rejects.toThrow(/it may ask for this again in 60 s/);
    await expect(tooSoon.result).rejects.toMatchObject({ details: { retryAfter: 60_000 } });
    expect(waiting()).toEqual([]);
    await clock.advance(60_000);
    const nobody = attempt('10.0.0.1', 1);
    await clock.advance(120_000);
    expect(await nobody.code).toBe('forward.unanswered');
    await clock.advance(60_000);
    const waitingOnes = Array.from({ length: 8 }, (_, port) => attempt('10.0.0.1', port + 1));
    await settle();
    expect(await attempt('10.0.0.1', 99).code).toBe('forward.denied');
    for (const one of waitingOnes) one.giveUp();
    await Promise.all(waitingOnes.map(({ code }) => code));
  });
});

describe('a yes for once', () => {
  beforeEach(async () => {
    const first = attempt('db.internal', 5432);
    await settle();
    decide('approve');
    await first.result;
  });

  it('counts for this target of this session, written in any way', async () => {
    expect(await attempt('db.internal', 5432).code).toBe('allowed');
    expect(await attempt('DB.INTERNAL.', 5432).code).toBe('allowed');
  });

  it.each([
    ['another port', () => attempt('db.internal', 5433)],
    ['its address', () => attempt('10.1.2.3', 5432)],
    ['datagrams', () => attempt('db.internal', 5432, 'udp')],
    ['another session', () => attempt('db.internal', 5432, 'tcp', new Session('two'))],
  ])('and not for %s [S-TARGET-5]', async (_, ask) => {
    const other = ask();
    await settle();
    expect(other.isAsked()).toBe(true);
    other.giveUp();
    await other.code;
  });

  it('ends with the session', async () => {
    session.end();
    await settle();
    const again = attempt('db.internal', 5432);
    await settle();
    expect(again.isAsked()).toBe(true);
    again.giveUp();
    await again.code;
  });

  it('lasts an hour at most [S-TARGET-5]', async () => {
    await clock.advance(HOUR - 1);
    expect(await attempt('db.internal', 5432).code).toBe('allowed');
    await clock.advance(1);
    const late = attempt('db.internal', 5432);
    await settle();
    expect(late.isAsked()).toBe(true);
    late.giveUp();
    await late.code;
  });

  it('does not count once the name leads elsewhere in this network, or into this machine [S-TARGET-4]', async () => {
    for (const address of ['127.0.0.1', '10.1.2.4', '192.168.0.1', '::1', 'fd00::1', '100.64.0.1']) {
      answers = { 'db.internal': [address] };
      const moved = attempt('db.internal', 5432);
      await settle();
      expect([address, moved.isAsked()]).toEqual([address, true]);
      moved.giveUp();
      await moved.code;
    }
  });

  it('leaves nothing for good', () => {
    expect(target.peers.get(laptop)?.targets).toEqual([]);
    expect(target.rights.decision(laptop, 'forward')).toBe('ask');
  });

  it('ends when the person chooses to be asked again, which is the choice already, and is listed until then', async () => {
    expect(target.policy.temporary(laptop)).toEqual([{ target: 'db.internal:5432', expiresAt: expect.any(Number) }]);
    target.rights.set(laptop, 'forward', 'ask');
    expect(target.policy.temporary(laptop)).toEqual([]);
    const again = attempt('db.internal', 5432);
    await settle();
    expect(again.isAsked()).toBe(true);
    again.giveUp();
    await again.code;
  });

  it('ends when the right is decided on', async () => {
    target.rights.set(laptop, 'forward', 'allow');
    target.rights.set(laptop, 'forward', 'ask');
    const again = attempt('db.internal', 5432);
    await settle();
    expect(again.isAsked()).toBe(true);
    again.giveUp();
    await again.code;
  });
});

it('a yes to a public name counts while it moves among public addresses, and not when it moves inside [S-TARGET-4]', async () => {
  const first = attempt('cdn.example', 443);
  await settle();
  decide('approve');
  await first.code;
  answers = { 'cdn.example': ['93.184.216.99', '10.0.0.1', '127.0.0.1'] };
  expect((await attempt('cdn.example', 443).result).addresses).toEqual(['93.184.216.99']);
  answers = { 'cdn.example': ['127.0.0.1'] };
  const moved = attempt('cdn.example', 443);
  await settle();
  expect(waiting()).toEqual(['connect to cdn.example:443 (127.0.0.1)']);
  moved.giveUp();
  await moved.code;
});

it('a name that has other addresses each time is asked about for each of them, and each yes still counts', async () => {
  const attempts = [];
  for (const address of ['10.1.2.3', '10.1.2.4']) {
    answers = { 'db.internal': [address] };
    attempts.push(attempt('db.internal', 5432));
    await settle();
  }
  expect(waiting()).toEqual(['connect to db.internal:5432 (10.1.2.4)', 'connect to db.internal:5432 (10.1.2.3)']);
  decide('approve');
  decide('approve');
  expect(await Promise.all(attempts.map(({ code }) => code))).toEqual(['allowed', 'allowed']);
  answers = { 'db.internal': ['10.1.2.4', '10.1.2.5', '10.1.2.3'] };
  expect((await attempt('db.internal', 5432).result).addresses).toEqual(['10.1.2.4', '10.1.2.3']);
});

describe('a yes that is remembered', () => {
  it.each([
    ['db.internal', 5432, 'tcp', [['connect', 'db.internal', '5432']]],
    ['10.1.2.3', 22, 'udp', [['connect', '10.1.2.3', '22']]],
    ['127.0.0.1', 8080, 'listen', [['listen', '127.0.0.1', '8080']]],
    ['127.0.0.1', 0, 'listen', [['listen', '127.0.0.1', '0']]],
    // A name covers addresses of this machine only with the address beside it.
    [
      'my-site',
      80,
      'tcp',
      [
        ['connect', 'my-site', '80'],
        ['connect', '2001:db8::5', '80'],
      ],
    ],
    [
      'my-host',
      80,
      'tcp',
      [
        ['connect', 'my-host', '80'],
        ['connect', '127.0.1.1', '80'],
      ],
    ],
  ] as const)(
    'adds the pattern of %s %i (%s) and allows nothing else [S-TARGET-5]',
    async (host, port, use, patterns) => {
      const first = attempt(host, port, use);
      await settle();
      decide('approve', true);
      expect(await first.code).toBe('allowed');
      const kept = target.peers.get(laptop)?.targets ?? [];
      expect(kept.map((one) => [one.kind, one.host, one.ports])).toEqual(patterns);
      expect(target.rights.decision(laptop, 'forward')).toBe('ask');
      expect((await attempt(host, port, use, new Session('later')).result).once).toBe(false);
    },
  );

  it.each([
    ['the same address by the other protocol', ['10.1.2.3', 22, 'tcp'], ['10.1.2.3', 22, 'udp']],
    ['a named port where a free one was shown', ['127.0.0.1', 0, 'listen'], ['127.0.0.1', 8080, 'listen']],
  ] as const)('does not cover %s [S-ASK-3]', async (_what, [host, port, use], [otherHost, otherPort, otherUse]) => {
    const first = attempt(host, port, use);
    await settle();
    decide('approve', true);
    await first.code;
    expect((await attempt(host, port, use, new Session('later')).result).once).toBe(false);
    void attempt(otherHost, otherPort, otherUse, new Session('later')).code;
    await settle();
    expect(target.approvals.pendingCount).toBe(1);
  });

  it('to a public name does not count when the name leads into this network later, and does while it moves among public addresses [S-ASK-3]', async () => {
    answers = { 'files.example.org': ['93.184.216.34'] };
    const first = attempt('files.example.org', 443);
    await settle();
    decide('approve', true);
    await first.code;
    answers = { 'files.example.org': ['93.184.216.99'] };
    expect((await attempt('files.example.org', 443, 'tcp', new Session('later')).result).once).toBe(false);
    answers = { 'files.example.org': ['10.0.0.1'] };
    void attempt('files.example.org', 443, 'tcp', new Session('other')).code;
    await settle();
    expect(target.approvals.list()[0]?.detail).toBe('connect to files.example.org:443 (10.0.0.1)');
  });

  it('to a name in this network counts at the addresses that were shown, and at no other machine [S-ASK-3]', async () => {
    answers = { 'db.lan': ['10.1.2.3'] };
    const first = attempt('db.lan', 5432);
    await settle();
    decide('approve', true);
    await first.code;
    answers = { 'db.lan': ['10.0.0.1'] };
    void attempt('db.lan', 5432, 'tcp', new Session('later')).code;
    await settle();
    expect(target.approvals.pendingCount).toBe(1);
  });

  it('is an error where there are too many already, and counts for once', async () => {
    const full = Array.from({ length: 256 }, (_, index) => `10.9.${index}.1:1`);
    target.allow(laptop, ...full);
    const first = attempt('db.internal', 5432);
    await settle();
    expect(await codeOf(() => decide('approve', true))).toBe('peer.too-many-targets');
    expect(await first.code).toBe('allowed');
  });
});

describe('what changes while a request waits', () => {
  it('answers it: the right, or a pattern that covers it', async () => {
    const [first, second] = [attempt('db.internal', 1), attempt('db.internal', 2)];
    await settle();
    target.allow(laptop, 'db.internal:1');
    expect(await first.code).toBe('allowed');
    expect(waiting()).toHaveLength(1);
    target.rights.set(laptop, 'forward', 'allow');
    expect(await second.code).toBe('allowed');
    expect(waiting()).toEqual([]);
  });

  it('refuses it: the right denied, the peer forgotten', async () => {
    const first = attempt('db.internal', 1);
    await settle();
    target.rights.set(laptop, 'forward', 'deny');
    expect(await first.code).toBe('forward.denied');
    target.rights.set(laptop, 'forward', 'ask');
    const second = attempt('db.internal', 1);
    await settle();
    target.peers.forget(laptop);
    expect(await second.code).toBe('forward.denied');
  });
});

describe('a peer whose requests are ignored', () => {
  it('is refused without a question, and keeps what was allowed for good', async () => {
    target.allow(laptop, '10.0.0.1:22');
    const first = attempt('db.internal', 1);
    await settle();
    decide('ignore');
    expect(await first.code).toBe('forward.denied');
    expect(await attempt('db.internal', 1).code).toBe('forward.denied');
    expect(await attempt('10.0.0.1', 22).code).toBe('allowed');
    expect(waiting()).toEqual([]);
  });
});

describe('what runs', () => {
  type Running = Readonly<{ ended: () => number; release: () => void }>;

  function run(allowed: AllowedTarget, from: Session = session): Running {
    let ended = 0;
    const release = target.policy.watch(
      { peerId: laptop, name: 'laptop', session: from },
      allowed,
      allowed.addresses[0] ?? '',
      () => {
        ended += 1;
      },
    );
    return { ended: () => ended, release };
  }

  async function running(host: string, port: number, use: Use = 'tcp'): Promise<Running> {
    const one = attempt(host, port, use);
    await settle();
    if (one.isAsked()) decide('approve');
    return run(await one.result);
  }

  it.each([
    ['its pattern is taken away', () => target.allow(laptop, '10.1.2.4:5432')],
    ['the right is denied', () => target.rights.set(laptop, 'forward', 'deny')],
    ['the peer is forgotten', () => target.peers.forget(laptop)],
    [
      'its port becomes one of ours',
      () => {
        target.ownPorts.watch(() => [5432]);
        target.allow(laptop, 'localhost:5432', '*:*');
      },
    ],
  ])('ends when %s, once [S-RIGHT-2]', async (_, change) => {
    target.allow(laptop, 'localhost:5432');
    const one = await running('localhost', 5432);
    expect(one.ended()).toBe(0);
    change();
    target.peers.seen(laptop);
    expect(one.ended()).toBe(1);
    one.release();
  });

  it('ends when the time of its pattern, or of the right, is over [S-RIGHT-2]', async () => {
    target.peers.setTargets(laptop, [
      { kind: 'connect', host: 'localhost', ports: '*', expiresAt: clock.now() + 5000 },
    ]);
    const one = await running('localhost', 5432);
    target.rights.set(laptop, 'forward', 'allow', clock.now() + 10_000);
    await clock.advance(9999);
    expect(one.ended()).toBe(0);
    await clock.advance(1);
    expect(one.ended()).toBe(1);
  });

  it('ends with the time of its pattern alone', async () => {
    target.peers.setTargets(laptop, [
      { kind: 'connect', host: 'localhost', ports: '*', expiresAt: clock.now() + 5000 },
    ]);
    const one = await running('localhost', 5432);
    await clock.advance(4999);
    expect(one.ended()).toBe(0);
    await clock.advance(1);
    expect(one.ended()).toBe(1);
  });

  it('goes on while something else allows it still [S-RIGHT-2]', async () => {
    target.allow(laptop, 'localhost:5432', '127.0.0.0/8:*');
    const one = await running('localhost', 5432);
    target.allow(laptop, '127.0.0.0/8:*');
    target.rights.set(laptop, 'forward', 'allow');
    target.allow(laptop);
    expect(one.ended()).toBe(0);
    target.rights.set(laptop, 'forward', 'ask');
    expect(one.ended()).toBe(1);
  });

  it('under a yes for once ends when the person says something else, and not with its hour', async () => {
    const one = await running('localhost', 5432);
    await clock.advance(2 * HOUR);
    target.allow(laptop, '10.0.0.1:1');
    expect(one.ended()).toBe(0);
    target.rights.set(laptop, 'forward', 'deny');
    expect(one.ended()).toBe(1);
  });

  it('under a yes for once ends with a new decision, also when its hour was over or it was asked about again', async () => {
    const old = await running('localhost', 5432);
    await clock.advance(2 * HOUR);
    const later = await running('localhost', 5432);
    target.rights.set(laptop, 'forward', 'allow');
    expect([old.ended(), later.ended()]).toEqual([0, 0]);
    target.rights.set(laptop, 'forward', 'ask');
    expect([old.ended(), later.ended()]).toEqual([1, 1]);
  });

  it('ends at once where the right went while it was dialed [S-RIGHT-2]', async () => {
    target.allow(laptop, 'localhost:5432');
    const allowed = await attempt('localhost', 5432).result;
    target.allow(laptop);
    expect(run(allowed).ended()).toBe(1);
  });

  it('and was released is not told any more', async () => {
    target.allow(laptop, 'localhost:5432');
    const one = await running('localhost', 5432);
    one.release();
    target.allow(laptop);
    expect(one.ended()).toBe(0);
  });

  it('leaves no timer behind', async () => {
    target.peers.setTargets(laptop, [{ kind: 'connect', host: '*', ports: '*', expiresAt: clock.now() + HOUR }]);
    await running('localhost', 5432);
    target.close();
    expect(clock.pending).toBe(0);
  });
});

describe('a name with many addresses', () => {
  const many = Array.from({ length: 14 }, (_, index) => `93.184.216.${index + 1}`);

  it('hides no address of this machine or its networks behind those that do not matter [S-TARGET-4]', async () => {
    answers = { 'cdn.example': [...many, '127.0.0.1', '10.0.0.7'] };
    const one = attempt('cdn.example', 5432);
    await settle();
    const [shown] = waiting();
    expect(shown).toBe(
      'connect to cdn.example:5432 (127.0.0.1, 10.0.0.7, 93.184.216.1, 93.184.216.2, 93.184.216.3, 93.184.216.4 and 10 more)',
    );
    one.giveUp();
    expect(await one.code).toBe('forward.denied');
  });

  it('is shown with the public address of this machine, and a yes does not count when it moves there [S-TARGET-4]', async () => {
    answers = { 'cdn.example': [...many.slice(0, 5), '2001:db8::5'] };
    const shown = attempt('cdn.example', 22);
    await settle();
    expect(waiting()[0]).toMatch(/^connect to cdn\.example:22 \(2001:db8::5, /);
    shown.giveUp();
    await shown.code;
    answers = { 'cdn.example': ['93.184.216.34'] };
    const outside = attempt('cdn.example', 22);
    await settle();
    decide('approve');
    expect(await outside.code).toBe('allowed');
    answers = { 'cdn.example': ['2001:db8::5'] };
    const moved = attempt('cdn.example', 22);
    await settle();
    expect(waiting()).toEqual(['connect to cdn.example:22 (2001:db8::5)']);
    moved.giveUp();
    expect(await moved.code).toBe('forward.denied');
  });
});
