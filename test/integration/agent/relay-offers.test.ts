import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ApprovalView, EventPayload } from '#shared/app-api/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { until } from '#test/support/e2e/until.ts';
import type { TestDevice } from '#test/support/hostile/device.ts';
import { LanMachines } from '#test/support/lan/paired-machines.ts';
import { runRelay } from '#test/support/relay-clients.ts';

let machines: LanMachines;
let office: TestDevice;
let laptop: TestDevice;

beforeEach(async () => {
  machines = new LanMachines();
  office = await machines.start('office');
  laptop = await machines.start('laptop');
});
afterEach(async () => {
  await machines.close();
});

const idOf = (one: TestDevice): string => one.identity.peerId;

/** Pairs both machines without a relay, with compared words, and links them. */
async function pair(): Promise<void> {
  const { pairing, code } = await office.api.call('pairing.invite', { allow: [] });
  const invited = office.api.call('pairing.result', { pairing });
  const { words } = await laptop.api.call('pairing.join', { codeOrLink: code ?? '', allow: [] });
  await invited;
  await office.api.call('pairing.confirm', { peer: idOf(laptop), words: [...words] });
  await laptop.api.call('pairing.confirm', { peer: idOf(office), words: [...words] });
  await laptop.api.call('peers.ping', { peer: idOf(office) });
}

/** Starts a relay with a certificate of its own that machines find under this name, and sets it on the laptop. */
async function relayOfLaptop(name: string): Promise<Readonly<{ url: string; pin: string }>> {
  const { relay, dispose } = await runRelay({
    tls: { mode: 'own' },
    admission: 'token',
    admissionToken: 'x'.repeat(32),
  });
  machines.also({ close: dispose });
  const url = relay.url.replace('127.0.0.1', name);
  machines.names.set(name, '127.0.0.1');
  const pin = toHex(relay.tlsPin ?? new Uint8Array());
  await laptop.api.call('relay.configure', { url, pin, admission: 'x'.repeat(32) });
  await laptop.api.call('relay.ready', { timeout: 10_000 });
  return { url, pin };
}

const asked = (one: TestDevice): Promise<ApprovalView> =>
  until('the question', async () =>
    (await one.api.call('approvals.list', {})).find(({ state }) => state === 'pending'),
  );

/** Collects what the person at a machine is told of relays that can't be used. */
function failuresAt(one: TestDevice): readonly EventPayload<'relayOffers.failed'>[] {
  const failures: EventPayload<'relayOffers.failed'>[] = [];
  one.api.on('relayOffers.failed', (failure) => void failures.push(failure));
  return failures;
}

const relayOf = (one: TestDevice): string | null => one.agent.status().relay.url;

it('a machine uses the relay that another one offers once its person approves, and is reached over it', async () => {
  await pair();
  const { url, pin } = await relayOfLaptop('relay.test');
  const steps: string[] = [];
  const offered = laptop.api.call(
    'relayOffers.send',
    { peer: 'office' },
    { onProgress: (step) => void steps.push(step) },
  );
  const question = await asked(office);
  expect(question).toMatchObject({
    right: 'use-relay',
    detail: `use its relay ${url}`,
    facts: [{ fact: 'pin', value: pin }],
    peerName: 'laptop',
  });
  expect(relayOf(office)).toBeNull();
  await office.api.call('approvals.decide', { id: question.id, decision: 'approve' });
  expect(await offered).toEqual({ peerId: idOf(office), name: 'office', online: true });
  expect(steps).toEqual(['connecting', 'approval']);
  expect(office.agent.status().relay).toMatchObject({ url, pin, state: 'online' });
  // Approved once: another right isn't touched, and the next offer needs no question, since nothing would change.
  expect((await office.peer(laptop))?.rights.relay.decision).toBe('ask');
  expect(await laptop.api.call('relayOffers.send', { peer: 'office' })).toMatchObject({ online: true });
  await office.api.call('network.set', { listen: 'outbound-only' });
  await laptop.api.call('peers.setPathMode', { peer: 'office', mode: 'relay-only' });
  expect(await laptop.api.call('peers.ping', { peer: 'office' })).toMatchObject({ path: 'relay' });
}, 60_000);

it('an offer that is declined, or withdrawn, changes nothing, and is not repeated at once [S-ASK-8]', async () => {
  await pair();
  await relayOfLaptop('relay.test');
  const withdrawn = new AbortController();
  const first = laptop.api.call('relayOffers.send', { peer: 'office' }, { signal: withdrawn.signal });
  await asked(office);
  withdrawn.abort();
  await expect(first).rejects.toMatchObject({ code: 'control.cancelled' });
  await until('the withdrawal', async () =>
    (await office.api.call('approvals.list', {})).length === 0 ? true : undefined,
  );
  const second = laptop.api.call('relayOffers.send', { peer: 'office' });
  second.catch(() => undefined);
  const { id } = await asked(office);
  await office.api.call('approvals.decide', { id, decision: 'not-now' });
  await expect(second).rejects.toMatchObject({ code: 'relay-offer.declined' });
  // Not even with another relay.
  await relayOfLaptop('other.test');
  await expect(laptop.api.call('relayOffers.send', { peer: 'office' })).rejects.toMatchObject({
    code: 'relay-offer.declined',
  });
  expect(await office.api.call('approvals.list', {})).toEqual([]);
  expect(relayOf(office)).toBeNull();
}, 60_000);

it('an offer is never answered for good, and never without the relay that it replaces [S-ASK-8]', async () => {
  await pair();
  const { url } = await relayOfLaptop('relay.test');
  const other = await runRelay();
  machines.also({ close: other.dispose });
  await office.configure(other.relay.url);
  const offered = laptop.api.call('relayOffers.send', { peer: 'office' });
  offered.catch(() => undefined);
  const question = await asked(office);
  expect(question.facts).toContainEqual({ fact: 'instead', value: other.relay.url });
  const decide = (input: object) =>
    office.api.call('approvals.decide', { id: question.id, decision: 'approve', ...input });
  await expect(decide({ remember: true })).rejects.toMatchObject({ code: 'approval.once-only' });
  await expect(decide({ decision: 'ignore' })).rejects.toMatchObject({ code: 'approval.once-only' });
  const failures = failuresAt(office);
  // The person changes the relay while the question is shown: the answer was about another one.
  await office.api.call('relay.leave', {});
  await decide({});
  await expect(offered).rejects.toMatchObject({ code: 'relay-offer.changed' });
  expect(relayOf(office)).toBeNull();
  await until('the notice', async () => failures[0]);
  expect(failures).toMatchObject([{ name: 'laptop', url, isSet: false, code: 'relay-offer.stale' }]);
  expect(url).toContain('relay.test');
}, 60_000);

it('a relay that does not show the offered key is not used [S-ASK-8]', async () => {
  await pair();
  const { url } = await relayOfLaptop('relay.test');
  // Where the person's machine looks, another relay answers under that name and port.
  const impostor = await runRelay({ tls: { mode: 'own' } });
  machines.also({ close: impostor.dispose });
  machines.names.set('relay.test', `127.0.0.1:${new URL(impostor.relay.url.replace('wss', 'https')).port}`);
  const offered = laptop.api.call('relayOffers.send', { peer: 'office' });
  offered.catch(() => undefined);
  const failures = failuresAt(office);
  const { id } = await asked(office);
  await office.api.call('approvals.decide', { id, decision: 'approve' });
  await expect(offered).rejects.toMatchObject({ code: 'relay-offer.failed' });
  expect(relayOf(office)).toBeNull();
  // The person who approved it learns why nothing came of it.
  await until('the notice', async () => failures[0]);
  expect(failures).toMatchObject([{ name: 'laptop', url, isSet: false, code: 'relay.other-pin' }]);
  expect(url).toContain('wss://');
}, 60_000);

it('a machine without a relay, or with one that only it can reach, offers none', async () => {
  await pair();
  await expect(laptop.api.call('relayOffers.send', { peer: 'office' })).rejects.toMatchObject({
    code: 'relay-offer.none',
  });
  const { relay, dispose } = await runRelay();
  machines.also({ close: dispose });
  await laptop.configure(relay.url);
  await expect(laptop.api.call('relayOffers.send', { peer: 'office' })).rejects.toMatchObject({
    code: 'relay-offer.none',
  });
  expect(await office.api.call('approvals.list', {})).toEqual([]);
}, 60_000);
