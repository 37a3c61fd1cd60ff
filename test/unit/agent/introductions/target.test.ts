import { beforeEach, describe, expect, it } from 'vitest';
import { ApprovalStore } from '#agent/core/approvals/index.ts';
import { RightsPolicy } from '#agent/core/policy/index.ts';
import { AuditLog, SettingsStore } from '#agent/core/store/index.ts';
import { ReceivedIntroductions } from '#agent/introductions/received.ts';
import { IntroductionTarget } from '#agent/introductions/target.ts';
import { PeerBook } from '#agent/peers/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import type { BrowserMode } from '#shared/app-api/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import {
  createIdentity,
  signIntroduction,
  signIntroductionEnd,
  verifyCertificate,
  type DeviceIdentity,
  type IntroductionFacts,
} from '#shared/identity/index.ts';
import type { IncomingStream } from '#shared/link/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile, MemoryLineFile } from '#test/support/memory-files.ts';

const crypto = nativeBackend;
const NOW = 1_800_000_000;
const DAY = 24 * 3600;
const device = (byte: number): DeviceIdentity =>
  createIdentity(crypto, new Uint8Array(32).fill(byte), { generation: 1, now: NOW });
const [TARGET, NAS, PHONE, STRANGER] = [device(1), device(2), device(3), device(4)] as const;
const RELAY = new Uint8Array(32).fill(7);
const PROJECT = 'ab'.repeat(16);

let clock: FakeClock;
let peers: PeerBook;
let policy: RightsPolicy;
let approvals: ApprovalStore;
let target: IntroductionTarget;
let audit: MemoryLineFile;
let received: ReceivedIntroductions;
let browsers: BrowserMode;
let relayKey: Uint8Array | undefined;

function reset(): void {
  clock = new FakeClock(NOW * 1000);
  browsers = 'approved';
  relayKey = RELAY;
  peers = new PeerBook({ file: new MemoryDocumentFile(), clock, logger: silentLogger });
  policy = new RightsPolicy({ peers, clock });
  audit = new MemoryLineFile();
  const log = new AuditLog({ file: audit, clock, logger: silentLogger });
  approvals = new ApprovalStore({ file: new MemoryDocumentFile(), peers, clock, logger: silentLogger, audit: log });
  const settings = new SettingsStore({ file: new MemoryDocumentFile(), deviceName: 'target', logger: silentLogger });
  received = new ReceivedIntroductions(settings);
  target = new IntroductionTarget({
    crypto,
    clock,
    own: TARGET.peerId,
    peers,
    policy,
    approvals,
    audit: log,
    received,
    browsers: () => browsers,
    relay: () => ({ key: relayKey, projects: [PROJECT] }),
  });
  pair(NAS, 'nas');
  policy.set(NAS.peerId, 'introduce', 'allow');
  peers.setHandsOn(NAS.peerId, ['terminal', 'view']);
}
beforeEach(reset);

function pair(one: DeviceIdentity, name: string, changes: Partial<Parameters<PeerBook['add']>[0]> = {}): void {
  const certificate = verifyCertificate(crypto, one.certificate, NOW);
  peers.add({ certificate, name, grants: {}, words: null, provisionalUntil: null, enrolledBy: null, ...changes });
}

type Answer = Readonly<{ code: Promise<string>; waits(): boolean }>;

/** Brings a message on a stream of a peer. @returns the code of the refusal, or `accepted` */
function bring(from: DeviceIdentity, params: Record<string, unknown>): Answer {
  const { promise, resolve } = Promise.withResolvers<string>();
  let isWaiting = false;
  const stream = {
    kind: 'rpc',
    params: { service: 'introduction', ...params },
    cancelled: new AbortController().signal,
    wait: () => {
      isWaiting = true;
    },
    refuse: (code: string) => resolve(code),
    accept: () => {
      resolve('accepted');
      return { end: async () => undefined, read: async () => null, reset: () => undefined };
    },
  } as unknown as IncomingStream;
  void target.serve(stream, from.peerId);
  return { code: promise, waits: () => isWaiting };
}

const FACTS: IntroductionFacts = {
  relayKey: RELAY,
  project: PROJECT,
  newcomer: PHONE.peerId,
  target: TARGET.peerId,
  serial: NOW,
  notAfter: NOW + DAY,
  kind: 'machine',
  rights: ['terminal'],
};

async function introduce(
  changes: Partial<IntroductionFacts> = {},
  {
    signer = NAS,
    from = signer,
    who = PHONE,
  }: { signer?: DeviceIdentity; from?: DeviceIdentity; who?: DeviceIdentity } = {},
): Promise<Answer> {
  const introduction = await signIntroduction(signer, { ...FACTS, ...changes });
  const certificate = toBase64Url(who.certificate);
  return bring(from, { introduction: toBase64Url(introduction), certificate, name: 'phone' });
}

const codeOf = async (answer: Promise<Answer>): Promise<string> => await (await answer).code;
const end = async (serial: number): Promise<string> => {
  const { relayKey, project, newcomer, target: to } = FACTS;
  const record = await signIntroductionEnd(NAS, { relayKey, project, newcomer, target: to, serial });
  return await bring(NAS, { end: toBase64Url(record) }).code;
};

describe('an introduction by a peer that may introduce', () => {
  it('pins the newcomer until its end, with what it names and no more', async () => {
    expect(await codeOf(introduce())).toBe('accepted');
    const endsAt = (NOW + DAY) * 1000;
    expect(peers.get(PHONE.peerId)).toMatchObject({
      name: 'phone',
      introduced: { by: NAS.peerId, endsAt },
      grants: { terminal: { decision: 'allow', expiresAt: endsAt } },
      pairing: null,
    });
    expect(policy.decision(PHONE.peerId, 'view')).toBe('ask');
    await clock.advance(DAY * 1000);
    expect(peers.get(PHONE.peerId)).toBeUndefined();
    expect(policy.decision(PHONE.peerId, 'terminal')).toBe('deny');
  });

  it('changes nothing about a device that a person here has paired', async () => {
    pair(PHONE, 'my phone');
    const before = peers.get(PHONE.peerId);
    expect(await codeOf(introduce())).toBe('accepted');
    expect(peers.get(PHONE.peerId)).toEqual(before);
  });

  it('brings a browser as one, with terminals at most, or not at all', async () => {
    expect(await codeOf(introduce({ kind: 'browser', rights: ['view'] }))).toBe('introduction.rights');
    expect(await codeOf(introduce({ kind: 'browser' }))).toBe('accepted');
    expect(peers.get(PHONE.peerId)?.browser?.endsAt).toBe((NOW + DAY) * 1000);
    browsers = 'never';
    expect(await codeOf(introduce({ kind: 'browser', serial: NOW + 1 }))).toBe('introduction.browsers-off');
  });
});

describe('a forged introduction', () => {
  it('of another signer, or brought by another device than its signer, pins no one [S-INTRO-1]', async () => {
    pair(STRANGER, 'laptop');
    expect(await codeOf(introduce({}, { signer: STRANGER, from: NAS }))).toBe('introduction.signature');
    expect(await codeOf(introduce({}, { signer: NAS, from: STRANGER }))).toBe('introduction.signature');
    expect(peers.get(PHONE.peerId)).toBeUndefined();
  });

  it('with the certificate of another device pins neither [S-INTRO-1]', async () => {
    expect(await codeOf(introduce({}, { who: STRANGER }))).toBe('introduction.newcomer');
    expect([peers.get(PHONE.peerId), peers.get(STRANGER.peerId)]).toEqual([undefined, undefined]);
  });

  it('is malformed in any other form', async () => {
    for (const params of [{}, { introduction: '' }, { end: 'a b' }, { introduction: 'AA', certificate: 'AA' }])
      expect(await bring(NAS, params).code).toBe('introduction.params');
    expect(await bring(NAS, { end: 'AAAA' }).code).toBe('format.introduction-end');
  });
});

describe('an introduction that is not meant here', () => {
  it('counts nowhere else [S-INTRO-2]', async () => {
    const cases = [
      ['another relay', { relayKey: new Uint8Array(32).fill(8) }, 'introduction.relay'],
      ['another project', { project: 'cd'.repeat(16) }, 'introduction.project'],
      ['another target', { target: STRANGER.peerId }, 'introduction.not-mine'],
      ['this device itself', { newcomer: TARGET.peerId }, 'introduction.newcomer'],
      ['its own introducer', { newcomer: NAS.peerId }, 'introduction.newcomer'],
    ] as const;
    for (const [what, changes, code] of cases) {
      const who = 'newcomer' in changes ? (changes.newcomer === NAS.peerId ? NAS : TARGET) : PHONE;
      expect([what, await codeOf(introduce(changes, { who }))]).toEqual([what, code]);
      expect(peers.get(PHONE.peerId)).toBeUndefined();
    }
    relayKey = undefined;
    expect(await codeOf(introduce())).toBe('introduction.relay-none');
  });
});

describe('an old introduction', () => {
  it('that was used, or that a newer one has replaced, is refused, also after the newcomer is gone [S-INTRO-3]', async () => {
    expect(await codeOf(introduce())).toBe('accepted');
    expect(await codeOf(introduce())).toBe('introduction.replayed');
    expect(await codeOf(introduce({ serial: NOW - 1 }))).toBe('introduction.replayed');
    peers.forget(PHONE.peerId);
    expect(await codeOf(introduce())).toBe('introduction.replayed');
    expect(peers.get(PHONE.peerId)).toBeUndefined();
  });

  it('is refused after its end, and so is one that lasts longer than 30 days or comes from the future [S-INTRO-3]', async () => {
    expect(await codeOf(introduce({ notAfter: NOW }))).toBe('introduction.expired');
    expect(await codeOf(introduce({ notAfter: NOW + 31 * DAY }))).toBe('introduction.too-long');
    expect(await codeOf(introduce({ serial: NOW + 2 * DAY }))).toBe('introduction.replayed');
  });

  it('does not come back after its removal, whichever of the two arrives first [S-INTRO-3]', async () => {
    expect(await codeOf(introduce())).toBe('accepted');
    // An end wins against an equal serial.
    expect(await end(NOW)).toBe('accepted');
    expect(peers.get(PHONE.peerId)).toBeUndefined();
    expect(await codeOf(introduce())).toBe('introduction.replayed');
    expect(await end(NOW + 5)).toBe('accepted');
    expect(await codeOf(introduce({ serial: NOW + 4 }))).toBe('introduction.replayed');
    expect(await codeOf(introduce({ serial: NOW + 6 }))).toBe('accepted');
    // An old end removes no one.
    expect(await end(NOW + 5)).toBe('introduction.replayed');
    expect(peers.get(PHONE.peerId)).toBeDefined();
  });

  it('that a person was asked about does not count if it was taken back meanwhile [S-INTRO-3]', async () => {
    policy.set(NAS.peerId, 'introduce', 'ask');
    const asked = await introduce();
    await clock.advance(0);
    expect(asked.waits()).toBe(true);
    expect(await end(NOW)).toBe('accepted');
    const [request] = approvals.list();
    approvals.decide(request?.id ?? 0, 'approve');
    expect(await asked.code).toBe('introduction.replayed');
    expect(peers.get(PHONE.peerId)).toBeUndefined();
  });
});

describe('the rights of a newcomer', () => {
  it('are never wider than what the introducer may hand on [S-INTRO-4]', async () => {
    expect(await codeOf(introduce({ rights: ['terminal', 'forward'] }))).toBe('introduction.rights');
    peers.setHandsOn(NAS.peerId, []);
    expect(await codeOf(introduce())).toBe('introduction.rights');
    expect(await codeOf(introduce({ rights: [] }))).toBe('accepted');
    expect(policy.decision(PHONE.peerId, 'terminal')).toBe('ask');
  });

  it('shrink with the next introduction, and what a person here asks about or denies stays so [S-INTRO-4]', async () => {
    await codeOf(introduce({ rights: ['terminal', 'view'] }));
    policy.set(PHONE.peerId, 'view', 'deny');
    expect(await codeOf(introduce({ rights: ['view'], serial: NOW + 1 }))).toBe('accepted');
    expect([policy.decision(PHONE.peerId, 'terminal'), policy.decision(PHONE.peerId, 'view')]).toEqual(['ask', 'deny']);
    policy.set(PHONE.peerId, 'view', 'ask');
    expect(await codeOf(introduce({ rights: ['view'], serial: NOW + 2 }))).toBe('accepted');
    expect(policy.decision(PHONE.peerId, 'view')).toBe('ask');
  });

  it('are those that the person here has seen and approved, if the introducer has to ask [S-INTRO-4]', async () => {
    policy.set(NAS.peerId, 'introduce', 'ask');
    const asked = await introduce({ rights: ['forward'] });
    await clock.advance(0);
    const [request] = approvals.list();
    expect(request).toMatchObject({ right: 'introduce', peerName: 'nas', detail: expect.stringContaining('phone') });
    expect(request?.facts).toContainEqual({ fact: 'device', value: PHONE.peerId });
    expect(request?.facts).toContainEqual({ fact: 'rights', value: 'forward' });
    approvals.decide(request?.id ?? 0, 'approve');
    expect(await asked.code).toBe('accepted');
    expect(policy.decision(PHONE.peerId, 'forward')).toBe('allow');
  });
});

describe('a newcomer that an asking introducer has brought before', () => {
  beforeEach(async () => {
    policy.set(NAS.peerId, 'introduce', 'ask');
    const first = await introduce();
    await clock.advance(0);
    approvals.decide(approvals.list()[0]?.id ?? 0, 'approve');
    await first.code;
  });

  it.each<[string, Partial<IntroductionFacts>]>([
    ['with more rights', { rights: ['terminal', 'forward'] }],
    ['for longer', { notAfter: NOW + 2 * DAY }],
  ])('is asked about again %s, and stays as it was until then [S-INTRO-4]', async (_how, changes) => {
    const before = peers.get(PHONE.peerId);
    const again = await introduce({ ...changes, serial: NOW + 1 });
    await clock.advance(0);
    expect(again.waits()).toBe(true);
    expect(peers.get(PHONE.peerId)).toEqual(before);
    const request = approvals.list().find(({ state }) => state === 'pending');
    approvals.decide(request?.id ?? 0, 'not-now');
    expect(await again.code).toBe('rights.denied');
    expect(peers.get(PHONE.peerId)).toEqual(before);
  });

  it('needs no new answer for less', async () => {
    const again = await introduce({ rights: [], notAfter: NOW + DAY / 2, serial: NOW + 1 });
    expect(await again.code).toBe('accepted');
    expect(again.waits()).toBe(false);
    expect(policy.decision(PHONE.peerId, 'terminal')).toBe('ask');
  });

  it('is refused if this device takes no browsers by the time of the answer', async () => {
    const again = await introduce({ kind: 'browser', notAfter: NOW + 2 * DAY, serial: NOW + 1 });
    await clock.advance(0);
    browsers = 'never';
    const request = approvals.list().find(({ state }) => state === 'pending');
    approvals.decide(request?.id ?? 0, 'approve');
    expect(await again.code).toBe('introduction.browsers-off');
  });
});

describe('a device that may not introduce', () => {
  it('pins no one [S-INTRO-5]', async () => {
    const cases: readonly (readonly [string, () => void, string])[] = [
      ['was denied it', () => policy.set(NAS.peerId, 'introduce', 'deny'), 'rights.denied'],
      ['is suspended', () => void peers.suspend(NAS.peerId, 1), 'rights.denied'],
      [
        'is a browser',
        () => pair(NAS, 'nas', { browser: { life: '30d', endsAt: clock.now() + 1000 } }),
        'introduction.browser',
      ],
      [
        'was introduced itself',
        () => pair(NAS, 'nas', { introduced: { by: STRANGER.peerId, endsAt: clock.now() + 1000 } }),
        'introduction.chain',
      ],
      [
        'has words that no one has compared',
        () =>
          pair(NAS, 'nas', {
            words: ['a', 'b', 'c', 'd'],
            grants: { forward: { decision: 'allow', expiresAt: null } },
          }),
        'rights.denied',
      ],
      ['was forgotten', () => peers.forget(NAS.peerId), 'rights.denied'],
    ];
    for (const [why, change, code] of cases) {
      reset();
      change();
      expect([why, await codeOf(introduce())]).toEqual([why, code]);
      expect(peers.get(PHONE.peerId)).toBeUndefined();
    }
  });

  it('never holds the right, whatever a person sets [S-INTRO-5]', () => {
    const endsAt = clock.now() + 1000;
    pair(STRANGER, 'phone', { browser: { life: '12h', endsAt } });
    pair(PHONE, 'laptop', { introduced: { by: NAS.peerId, endsAt } });
    for (const { peerId } of [STRANGER, PHONE]) {
      policy.set(peerId, 'introduce', 'allow', endsAt);
      expect(policy.decision(peerId, 'introduce')).toBe('deny');
    }
  });

  it('asks again for a newcomer that the person here has forgotten', async () => {
    await codeOf(introduce());
    peers.forget(PHONE.peerId);
    received.forgotten(PHONE.peerId);
    const again = await introduce({ serial: NOW + 1 });
    await clock.advance(0);
    expect(again.waits()).toBe(true);
    approvals.decide(approvals.list()[0]?.id ?? 0, 'not-now');
    expect(await again.code).toBe('rights.denied');
    expect(peers.get(PHONE.peerId)).toBeUndefined();
  });

  it('loses those that it has introduced, and no others [S-INTRO-6]', async () => {
    await codeOf(introduce());
    pair(STRANGER, 'laptop');
    expect(peers.endIntroducedBy(NAS.peerId).map(({ peerId }) => peerId)).toEqual([PHONE.peerId]);
    expect([peers.get(PHONE.peerId), peers.get(STRANGER.peerId)?.name]).toEqual([undefined, 'laptop']);
  });
});
