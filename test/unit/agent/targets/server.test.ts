import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TargetAccessLog } from '../../../../src-main/agent/targets/access-log.ts';
import { CONNECTION_CODES } from '#shared/forward/index.ts';
import { ERROR_TEXTS } from '#shared/locales/index.ts';
import type { PeerId } from '#shared/identity/index.ts';
import type { IncomingStream, StreamKind } from '#shared/link/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { TargetSide } from '#test/support/forwards/target-side.ts';
import { linkInMemory } from '#test/support/link.ts';

let clock: FakeClock;
let target: TargetSide;
let laptop: PeerId;

beforeEach(() => {
  clock = new FakeClock();
  target = new TargetSide({ clock });
  laptop = target.addPeer('laptop');
});
afterEach(() => target.close());

/** What a stream with these params is answered at once. */
async function answer(kind: StreamKind, params: unknown, id = 1): Promise<readonly string[]> {
  const answers: string[] = [];
  const cancelled = new AbortController();
  const stream: IncomingStream = {
    id,
    kind,
    params,
    wait: () => {
      answers.push('asked');
      cancelled.abort();
    },
    accept: () => {
      throw new Error('nothing may be accepted');
    },
    refuse: (code) => void answers.push(code),
    cancelled: cancelled.signal,
  };
  await target.server.serve(stream, { peerId: laptop, name: 'laptop' }, linkInMemory().responder);
  return answers;
}

describe('params that a peer makes up', () => {
  it('are refused with a code of ours, or asked about, and never more [S-TARGET-1]', async () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '127.0.0.1',
        '::1',
        'localhost',
        '0.0.0.0',
        '169.254.169.254',
        'a.b',
        '*',
        '10.0.0.0/8',
        '%',
        '::ffff:1.2.3.4',
        '1',
        '0x',
      ),
    );
    const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, 1, 80, 65_535, 65_536, -1));
    const place = fc.oneof(
      fc.record({ host: text, port: number }),
      fc.record({ host: fc.anything(), port: fc.anything() }),
      fc.anything(),
    );
    const params = fc.oneof(
      fc.record({ to: place }),
      fc.record({ listen: place }),
      fc.record({ from: fc.oneof(fc.record({ listener: number, address: text }), fc.anything()) }),
      fc.record({ to: place, listen: place, from: fc.anything() }, { requiredKeys: [] }),
      fc.jsonValue(),
      fc.anything(),
    );
    const known = new Set<string>(['asked', ...CONNECTION_CODES]);
    await fc.assert(
      fc.asyncProperty(params, async (value) => {
        const answers = await answer('tcp', value);
        expect(answers.filter((one) => !known.has(one))).toEqual([]);
        // One request at most, and one refusal.
        expect(answers.filter((one) => one !== 'asked')).toHaveLength(1);
      }),
      { numRuns: 3000 },
    );
    expect([target.server.openingCount, target.server.count, target.approvals.pendingCount]).toEqual([0, 0, 0]);
  });

  it('of associations are refused where they cannot be read', async () => {
    expect(await answer('udp', { flow: 0 })).toEqual(['forward.params']);
  });
});

it('every code that a connection can be refused with has its text', () => {
  expect(CONNECTION_CODES.filter((code) => ERROR_TEXTS[code] === undefined)).toEqual([]);
});

describe('a peer without a right', () => {
  it('is refused all of it, and nothing is looked up [S-TARGET-1]', async () => {
    target.rights.set(laptop, 'forward', 'deny');
    for (const params of [
      { to: { host: '10.0.0.1', port: 22 } },
      { to: { host: 'db.internal', port: 22 } },
      { listen: { host: '127.0.0.1', port: 0 } },
      { from: { listener: 1, address: '' } },
    ])
      expect(await answer('tcp', params)).toEqual(['forward.denied']);
    expect(target.looked).toEqual([]);
  });
});

describe('the audit log', () => {
  async function entries(): Promise<readonly (readonly [string, unknown, unknown, unknown])[]> {
    const list = await target.audit.list(1000);
    return list
      .filter(({ event }) => event.startsWith('forward.'))
      .map(({ event, fields }) => [event, fields['target'], fields['code'] ?? null, fields['count']] as const)
      .toReversed();
  }

  it('has each target once at once, and then once a minute with how often', async () => {
    target.rights.set(laptop, 'forward', 'deny');
    for (let round = 0; round < 5; round += 1) await answer('tcp', { to: { host: 'DB.internal', port: 22 } });
    expect(await entries()).toEqual([['forward.refused', 'db.internal:22', 'forward.denied', 1]]);
    await clock.advance(60_000);
    await answer('tcp', { to: { host: 'db.internal', port: 22 } });
    expect((await entries()).map(([, , , count]) => count)).toEqual([1, 4, 1]);
  });

  it('tells only so many targets apart: who scans cannot fill it [S-TARGET-6]', async () => {
    target.rights.set(laptop, 'forward', 'deny');
    for (let port = 1; port <= 1000; port += 1) await answer('tcp', { to: { host: '10.0.0.1', port } });
    const first = await entries();
    expect(first).toHaveLength(33);
    expect(first.at(-1)).toEqual(['forward.refused', '*', 'forward.denied', 1]);
    await clock.advance(60_000);
    expect((await entries()).at(-1)).toEqual(['forward.refused', '*', 'forward.denied', 967]);
  });

  it('reports targets that could not be reached, once a minute, and neither those that are not allowed nor those counted together', async () => {
    const unreachable: string[] = [];
    const log = new TargetAccessLog(
      {
        clock,
        audit: { record: () => undefined },
        onUnreachable: ({ name }, at, code) => void unreachable.push(`${name} ${at} ${code}`),
      },
      'tcp',
    );
    const peer = { peerId: laptop, name: 'laptop' };
    log.refused(peer, 'db:5432', 'forward.denied');
    for (let round = 0; round < 3; round += 1) log.refused(peer, '10.77.0.99:80', 'forward.host-unreachable');
    expect(unreachable).toEqual(['laptop 10.77.0.99:80 forward.host-unreachable']);
    for (let port = 1; port < 100; port += 1) log.refused(peer, `10.77.0.98:${port}`, 'forward.refused');
    expect(unreachable.some((each) => each.includes('*'))).toBe(false);
    log.close();
  });

  it('keeps what was used apart from what was refused, beyond that too', () => {
    const written: string[] = [];
    const notes = new TargetAccessLog({ clock, audit: { record: (event) => void written.push(event) } }, 'tcp');
    const peer = { peerId: laptop, name: 'laptop' };
    for (let index = 0; index < 32; index += 1) notes.refused(peer, `t${index}`, 'forward.denied');
    notes.opened(peer, 'db:5432', '10.0.0.1:5432');
    notes.opened(peer, 'db:5433', '10.0.0.1:5433');
    notes.refused(peer, 'other', 'forward.denied');
    notes.close();
    expect(written.filter((event) => event === 'forward.opened')).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });
});

it('a request that its peer gives up is not told as refused', async () => {
  await answer('tcp', { to: { host: '10.0.0.1', port: 22 } });
  await settle();
  expect((await target.audit.list(10)).filter(({ event }) => event === 'forward.refused')).toEqual([]);
});
