import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonAnswer } from '#shared/relay-dialer/index.ts';
import { systemClock } from '#node/clock/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import { fromBase64Url } from '#shared/bytes/index.ts';
import { verifyClaim, verifyClaimEnd } from '#shared/identity/index.ts';
import { relayKeyId } from '#shared/relay-api/index.ts';
import { codeOf, pairDevices, TestDevice } from '#test/support/hostile/device.ts';
import { runRelay } from '#test/support/relay-clients.ts';

const ACCOUNT = { id: 'ab'.repeat(16), address: 'ada@relay.test', name: 'Ada' };
const UUID = 'abababab-abab-abab-abab-abababababab';
const CODE = 'ABCDE-FGHJK';

type Sent = Readonly<{ path: string; body: Readonly<Record<string, string>> }>;

let relay: Awaited<ReturnType<typeof runRelay>>;
let owner: TestDevice;
let member: TestDevice;
let sent: Sent[];
/** What the relay answers instead. */
let answer: JsonAnswer | undefined;

/** A dialer that connects to the real relay, whose accounts are a double. */
function dialer() {
  const real = createRelayDialer({ clock: systemClock });
  const post = async (_endpoint: unknown, path: string, body: unknown): Promise<JsonAnswer> => {
    sent.push({ path, body: body as Sent['body'] });
    if (answer !== undefined) return answer;
    const account = { id: UUID, email: ACCOUNT.address, name: ACCOUNT.name };
    if (path.endsWith('look-up')) return { status: 200, body: { account, expiresAt: Date.now() + 60_000 } };
    return path.endsWith('/end') ? { status: 200, body: {} } : { status: 201, body: { project: UUID } };
  };
  return { ...real, post };
}

beforeAll(async () => {
  sent = [];
  relay = await runRelay({ admission: 'token' });
  owner = await TestDevice.create({ name: 'owner', dialer: dialer() });
  member = await TestDevice.create({ name: 'member', dialer: dialer() });
  for (const device of [owner, member]) device.agent.start();
  await owner.configure(relay.relay.url, relay.relay.admissionToken);
  // The member comes in by the owner's link, without a project of its own.
  await pairDevices(owner, member, { form: 'link' });
  await member.api.call('relay.ready', { timeout: 10_000 });
});
beforeEach(() => {
  sent = [];
  answer = undefined;
});
afterAll(async () => {
  await member.close();
  await owner.close();
  await relay.dispose();
});

const lookUp = () => owner.api.call('account.lookUp', { code: CODE });

describe('an owner device', () => {
  it('shows the account and the key of its relay, and signs nothing before a person has accepted them', async () => {
    const shown = await lookUp();
    const { relay: current } = await owner.api.call('status.get', {});
    expect(shown).toMatchObject({ account: ACCOUNT, relay: { url: current.url, keyId: current.keyId } });
    expect(sent).toEqual([{ path: '/api/v1/claims/look-up', body: { code: CODE } }]);
    expect((await owner.api.call('account.get', {})).link).toBeNull();
  });

  it('signs the claim of that account for its own project and relay, remembers it, and signs its end', async () => {
    const { account, relay: seen } = await lookUp();
    const linked = await owner.api.call('account.link', { code: CODE, account, keyId: seen.keyId });
    expect(linked).toMatchObject({ owner: true, joins: false, link: { account: ACCOUNT } });
    const claim = verifyClaim(crypto, fromBase64Url(sent[1]?.body['claim'] ?? ''));
    expect(claim).toMatchObject({ owner: owner.peerId, account: ACCOUNT.id });
    expect(relayKeyId(crypto, claim.relayKey)).toBe(seen.keyId);
    expect(claim.notAfter).toBeGreaterThan(Date.now() / 1000);
    expect(claim.notAfter).toBeLessThan(Date.now() / 1000 + 601);

    expect((await owner.api.call('account.unlink', {})).link).toBeNull();
    const end = verifyClaimEnd(crypto, fromBase64Url(sent[2]?.body['end'] ?? ''));
    expect(end).toMatchObject({ owner: owner.peerId, account: ACCOUNT.id, project: claim.project });
    expect(end.serial).toBeGreaterThan(claim.serial);
    expect((await owner.audit('account.linked'))[0]?.fields).toMatchObject({ address: ACCOUNT.address });
    expect(await owner.audit('account.unlinked')).toHaveLength(1);
    expect(await codeOf(owner.api.call('account.unlink', {}))).toBe('account-link.not-linked');
  });

  it('signs nothing for a relay with another key than the person has seen', async () => {
    const link = owner.api.call('account.link', { code: CODE, account: ACCOUNT, keyId: 'AAAA-BBBB-CCCC-DDDD' });
    expect(await codeOf(link)).toBe('account-link.relay-changed');
    expect(sent).toEqual([]);
  });

  it.each([
    [{ status: 404, body: { error: 'no such code', code: 'account.code' } }, 'account.code'],
    [{ status: 400, body: { error: 'body.code: too short', code: 'platform.input' } }, 'account.code'],
    [{ status: 409, body: { error: 'another account', code: 'project.claimed' } }, 'project.claimed'],
    [{ status: 404, body: undefined }, 'account-link.unavailable'],
    [{ status: 200, body: { account: 'ada' } }, 'platform.protocol'],
    [{ status: 500, body: { error: 'x', code: 'made.up' } }, 'account-link.unavailable'],
  ])('says why the relay refuses: %j is %s', async (given, code) => {
    answer = given;
    expect(await codeOf(lookUp())).toBe(code);
    expect((await owner.api.call('account.get', {})).link).toBeNull();
  });
});

describe('a device that owns no project', () => {
  it('sends nothing', async () => {
    expect(await codeOf(member.api.call('account.lookUp', { code: CODE }))).toBe('account-link.not-owner');
    const link = member.api.call('account.link', { code: CODE, account: ACCOUNT, keyId: 'AAAA-BBBB-CCCC-DDDD' });
    expect(await codeOf(link)).toBe('account-link.not-owner');
    expect(sent).toEqual([]);
  });
});
