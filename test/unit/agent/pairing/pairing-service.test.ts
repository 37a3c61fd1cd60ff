import { expect, test } from 'vitest';
import { PairingService, type PairingServiceOptions } from '#agent/pairing/index.ts';
import { AuditLog } from '#agent/core/store/index.ts';
import { nativeBackend } from '#node/crypto/index.ts';
import type { Right } from '#shared/app-api/index.ts';
import { ClawReachError, errorCode } from '#shared/errors.ts';
import { verifyEnrolment, type DeviceIdentity, type PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import type { PairingOutcome } from '#shared/pairing/index.ts';
import { FakeClock, settle } from '#test/support/fake-clock.ts';
import { MemoryMailboxes } from '#test/support/memory-mailbox.ts';
import { MemoryLineFile } from '#test/support/memory-files.ts';
import { INVITER, JOINER, NAMEPLATE, RELAY_KEY } from '#test/support/pairing.ts';
import { codeOf } from '#test/support/rejections.ts';
import { heldIdentity } from '#test/support/slow-identity.ts';

const PROJECT = '0123456789abcdef0123456789abcdef';
const RELAY = { url: 'wss://relay.example:7474', relayKey: RELAY_KEY, tlsPin: undefined };
const never = new AbortController().signal;
const ignore = (): void => undefined;

type Pin = Readonly<{ outcome: PairingOutcome; grants: readonly Right[] }>;

/** Two devices at one honest relay in memory; each invitation has a mailbox of its own, the newest is the one that is claimed. */
function scene() {
  const clock = new FakeClock();
  const pins: { inviter: Pin[]; joiner: Pin[] } = { inviter: [], joiner: [] };
  const audit = { inviter: new MemoryLineFile(), joiner: new MemoryLineFile() };
  const enrolled: Uint8Array[] = [];
  const remembered: Uint8Array[] = [];
  /** What the inviter's pin was told. */
  const told: string[] = [];
  const relay = { refuses: false };
  const removeMember: PeerId[] = [];
  const opened: { deposit: Uint8Array; mailbox?: string; mailboxes: MemoryMailboxes }[] = [];
  let closed = 0;
  const service = (
    side: 'inviter' | 'joiner',
    identity: DeviceIdentity,
    changes: Partial<PairingServiceOptions> = {},
  ) =>
    new PairingService({
      crypto: nativeBackend,
      identity,
      clock,
      audit: new AuditLog({ file: audit[side], clock, logger: silentLogger }),
      deviceName: () => side,
      trust: () => 'unknown',
      hasRelay: () => true,
      inviterRelay: () => ({
        ...RELAY,
        project: PROJECT,
        nextSerial: () => 7,
        async openMailbox(request) {
          const mailboxes = new MemoryMailboxes();
          opened.push({ ...request, mailboxes });
          const nameplate = request.mailbox === undefined ? NAMEPLATE : undefined;
          return { nameplate, expiresIn: 600_000, mailbox: mailboxes.inviter, joined: Promise.resolve() };
        },
        holdsTwo: true,
        knowsPending: true,
        addEnrolment: async (_member, _role, sign) => {
          const enrolment = await sign();
          remembered.push(enrolment);
          return enrolment;
        },
        removeMember: async (member) => void removeMember.push(member),
        async enrol(enrolment) {
          if (relay.refuses) throw new ClawReachError('relay.enrolment', 'refused');
          enrolled.push(enrolment);
        },
      }),
      awayRelay: () => undefined,
      relayBack: async () => await Promise.reject(new Error('never away')),
      lookup: async () => await Promise.reject(new Error('no names')),
      async joinerRelay() {
        return {
          ...RELAY,
          async claimMailbox() {
            const newest = opened.at(-1);
            if (newest === undefined) throw new Error('nothing to claim');
            return { deposit: newest.deposit, mailbox: newest.mailboxes.joiner };
          },
          close: () => {
            closed += 1;
          },
        };
      },
      pinJoiner(outcome, grants) {
        pins.inviter.push({ outcome, grants });
        return {
          stands: () => void told.push('stands'),
          confirm: () => void told.push('confirmed'),
          undo: () => void told.push('taken back'),
        };
      },
      pinInviter(outcome, grants) {
        pins.joiner.push({ outcome, grants });
      },
      ...changes,
    });
  return {
    clock,
    pins,
    audit,
    enrolled,
    remembered,
    told,
    relay,
    service,
    opened,
    closedRelays: () => closed,
    inviter: service('inviter', INVITER),
    joiner: service('joiner', JOINER),
  };
}

test('a code pairs both devices, enrols the joiner and gives both the same words', async () => {
  const { inviter, joiner, pins, enrolled, closedRelays } = scene();
  const invitation = await inviter.invite(['terminal'], 'code');
  expect(invitation.code).toMatch(/^ABCD-[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(invitation.link).toBeNull();
  const steps: string[] = [];
  const [result, joined] = await Promise.all([
    inviter.result(invitation.pairing, never, (step) => void steps.push(step)),
    joiner.join(invitation.code ?? '', [], never, ignore),
  ]);
  expect(result.peer).toBe(JOINER.peerId);
  expect(joined.peer).toBe(INVITER.peerId);
  expect(result.words).toEqual(joined.words);
  expect(steps).toEqual(['joined', 'confirming']);
  expect(pins.inviter[0]?.grants).toEqual(['terminal']);
  expect(pins.joiner[0]?.grants).toEqual([]);
  const enrolment = verifyEnrolment(nativeBackend, enrolled[0] ?? new Uint8Array(0));
  expect(enrolment).toMatchObject({ project: PROJECT, serial: 7, member: JOINER.peerId, inviter: INVITER.peerId });
  expect(pins.joiner[0]?.outcome.enrolment).toEqual(enrolled[0]);
  expect(closedRelays()).toBeGreaterThan(0);
});

test('an enrolment that takes its time is neither remembered nor shown nor handed in before it is signed', async () => {
  const held = heldIdentity(INVITER);
  const { service, joiner, pins, enrolled, remembered } = scene();
  const { code, pairing } = await service('inviter', held.identity).invite([], 'code');
  const joined = joiner.join(code ?? '', [], never, ignore);
  await settle();
  expect([held.waiting(), remembered, enrolled, pins.inviter, pins.joiner]).toEqual([1, [], [], [], []]);
  await held.release();
  await joined;
  const [signed] = remembered;
  expect(verifyEnrolment(nativeBackend, signed ?? new Uint8Array(0)).member).toBe(JOINER.peerId);
  expect([enrolled, pins.joiner[0]?.outcome.enrolment]).toEqual([[signed], signed]);
  expect(pairing).toBe(1);
});

test('a signature that fails ends the pairing for both, and enrols no one', async () => {
  const held = heldIdentity(INVITER);
  const { service, joiner, pins, enrolled, remembered } = scene();
  const inviter = service('inviter', held.identity);
  const { code, pairing } = await inviter.invite([], 'code');
  const ends = [
    codeOf(() => inviter.result(pairing, never, ignore)),
    codeOf(() => joiner.join(code ?? '', [], never, ignore)),
  ];
  await settle();
  await held.release(new ClawReachError('store.locked', 'the key store is locked'));
  expect(await Promise.all(ends)).toEqual(['store.locked', 'pairing.failed']);
  expect([remembered, enrolled, pins.inviter, pins.joiner]).toEqual([[], [], [], []]);
});

test('the pin of an inviter is for good once the joiner has said that it has one, and the relay has taken the joiner', async () => {
  const { inviter, joiner, told, relay } = scene();
  const pair = async () => {
    const { link, pairing } = await inviter.invite([], 'link');
    await Promise.all([inviter.result(pairing, never, ignore), joiner.join(link ?? '', [], never, ignore)]);
  };
  await pair();
  expect(told.splice(0)).toEqual(['stands', 'confirmed']);
  relay.refuses = true;
  await pair();
  // Without a place at the relay it may never come: its pin lapses unless it does.
  expect(told).toEqual(['stands']);
});

test('a joiner that cannot store the pairing tells the inviter, which takes its pin back [S-PAIR-7]', async () => {
  const { inviter, told, service, audit } = scene();
  const joiner = service('joiner', JOINER, {
    pinInviter: () => {
      throw new ClawReachError('store.write', 'the disk is full');
    },
  });
  const { code, pairing } = await inviter.invite(['terminal'], 'code');
  const invited = codeOf(() => inviter.result(pairing, never, ignore));
  expect(await codeOf(() => joiner.join(code ?? '', [], never, ignore))).toBe('store.write');
  expect(await invited).toBe('pairing.not-kept');
  expect(told).toEqual(['taken back']);
  expect(audit.inviter.lines.join('')).toContain('pairing.not-kept');
});

test('an invitation ends soon after the command that showed its code was killed, unless somebody still asks for it', async () => {
  const { inviter, joiner, clock } = scene();
  const killed = new AbortController();
  const left = await inviter.invite([], 'code', killed.signal);
  killed.abort();
  await clock.advance(2900);
  const late = inviter.result(left.pairing, never, ignore);
  await clock.advance(200);
  // A window whose connection was made anew asks again within that time, and has its invitation.
  const joined = await joiner.join(left.code ?? '', [], never, ignore);
  expect(joined.peer).toBe(INVITER.peerId);
  expect((await late).peer).toBe(JOINER.peerId);

  const again = new AbortController();
  const alone = await inviter.invite([], 'code', again.signal);
  const listening = new AbortController();
  const gone = codeOf(() => inviter.result(alone.pairing, listening.signal, ignore));
  again.abort();
  listening.abort();
  expect(await gone).toBe('pairing.cancelled');
  await clock.advance(3100);
  expect(await codeOf(() => inviter.result(alone.pairing, never, ignore))).toBe('pairing.unknown');
});

test('a link pairs both devices without any code', async () => {
  const { inviter, joiner } = scene();
  const invitation = await inviter.invite([], 'link');
  expect(invitation.code).toBeNull();
  const [result, joined] = await Promise.all([
    inviter.result(invitation.pairing, never, ignore),
    joiner.join(invitation.link ?? '', [], never, ignore),
  ]);
  expect(result.words).toEqual(joined.words);
});

test('after three wrong codes in a row only the link form is offered, until a pairing succeeds [S-PAIR-3]', async () => {
  const { inviter, joiner, pins } = scene();
  const wrong = (code: string): string => `${code.slice(0, 8)}${code.endsWith('7') ? '8' : '7'}`;
  for (let round = 0; round < 3; round += 1) {
    const invitation = await inviter.invite([], 'code');
    const result = inviter.result(invitation.pairing, never, ignore).catch(errorCode);
    expect(await joiner.join(wrong(invitation.code ?? ''), [], never, ignore).catch(errorCode)).toBe(
      'pairing.wrong-code',
    );
    expect(await result).toBe('pairing.wrong-code');
  }
  expect(await codeOf(() => inviter.invite([], 'code'))).toBe('pairing.use-link');
  expect(pins).toEqual({ inviter: [], joiner: [] });

  const invitation = await inviter.invite([], 'link');
  await Promise.all([
    inviter.result(invitation.pairing, never, ignore),
    joiner.join(invitation.link ?? '', [], never, ignore),
  ]);
  expect((await inviter.invite([], 'code')).code).not.toBeNull();
});

test('a typed code has one run, however often it is typed [S-PAIR-3]', async () => {
  const { inviter, joiner } = scene();
  const first = await inviter.invite([], 'code');
  await Promise.all([inviter.result(first.pairing, never, ignore), joiner.join(first.code ?? '', [], never, ignore)]);
  await inviter.invite([], 'code');
  expect(await joiner.join(first.code ?? '', [], never, ignore).catch(errorCode)).toBe('pairing.used');
});

test('at most four invitations are open at a time, and a cancelled one makes room', async () => {
  const { inviter } = scene();
  const open = [];
  for (let round = 0; round < 4; round += 1) open.push(await inviter.invite([], 'code'));
  expect(await codeOf(() => inviter.invite([], 'code'))).toBe('pairing.too-many');
  inviter.cancel(open[0]?.pairing ?? 0);
  await settle();
  expect((await inviter.invite([], 'code')).code).not.toBeNull();
});

test('cancelling tells the one who waits, and a cancelled or unknown invitation has no result', async () => {
  const { inviter } = scene();
  const invitation = await inviter.invite([], 'code');
  const result = inviter.result(invitation.pairing, never, ignore).catch(errorCode);
  inviter.cancel(invitation.pairing);
  expect(await result).toBe('pairing.cancelled');
  expect(await inviter.result(invitation.pairing, never, ignore).catch(errorCode)).toBe('pairing.unknown');
});

test('a user interface that stops waiting does not end the invitation', async () => {
  const { inviter, joiner } = scene();
  const invitation = await inviter.invite([], 'code');
  const impatient = new AbortController();
  const first = inviter.result(invitation.pairing, impatient.signal, ignore).catch(errorCode);
  impatient.abort();
  expect(await first).toBe('pairing.cancelled');
  const [result] = await Promise.all([
    inviter.result(invitation.pairing, never, ignore),
    joiner.join(invitation.code ?? '', [], never, ignore),
  ]);
  expect(result.peer).toBe(JOINER.peerId);
});

test('an expired invitation ends for both and its outcome is forgotten after a while', async () => {
  const { inviter, clock } = scene();
  const invitation = await inviter.invite([], 'code');
  const result = inviter.result(invitation.pairing, never, ignore).catch(errorCode);
  await clock.advance(11 * 60_000);
  expect(await result).toBe('pairing.expired');
  await clock.advance(11 * 60_000);
  expect(await inviter.result(invitation.pairing, never, ignore).catch(errorCode)).toBe('pairing.unknown');
});

test('pairings are in the audit log, codes and secrets are not [S-PAIR-6]', async () => {
  const { inviter, joiner, audit } = scene();
  const invitation = await inviter.invite([], 'code');
  await Promise.all([
    inviter.result(invitation.pairing, never, ignore),
    joiner.join(invitation.code ?? '', [], never, ignore),
  ]);
  expect(await joiner.join('ABCD-0000', [], never, ignore).catch(errorCode)).not.toBe('internal');
  await settle();
  const text = [...audit.inviter.lines, ...audit.joiner.lines].join('\n');
  expect(text).toContain('pairing.started');
  expect(text).toContain('pairing.failed');
  expect(text).not.toContain(invitation.code?.slice(5));
});
