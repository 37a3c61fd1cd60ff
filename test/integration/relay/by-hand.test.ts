import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import { byHandMailboxes } from '#shared/pairing/index.ts';
import type { RelayAgent } from '#test/support/relay-agent.ts';
import { joinMember, joinOwner, startTestRelay, type Member } from '#test/support/relay-project.ts';

const DEPOSIT = 'A'.repeat(22);

let relay: RunningRelay;
let stop: () => Promise<void>;
let office: Member;
let member: Member;
let places: readonly string[];
let request = 0;

beforeAll(async () => {
  ({ relay, stop } = await startTestRelay({ rates: { mailboxOpensPerDevice: { burst: 1000, perSecond: 1000 } } }));
  office = await joinOwner(relay);
  member = await joinMember(relay, office);
  places = byHandMailboxes(nativeBackend, office.device.peerId);
});
afterAll(() => stop());

/** @returns what the relay says */
async function open(agent: RelayAgent, mailbox: string): Promise<string> {
  request += 1;
  const own = request;
  agent.send({ type: 'mailbox-open', request: own, deposit: DEPOSIT, mailbox });
  return await Promise.race([
    agent.next('mailbox-opened', (said) => said.request === own).then(() => 'opened'),
    agent.next('error', (said) => said.request === own).then(({ code }) => code),
  ]);
}

async function claim(agent: RelayAgent, mailbox: string): Promise<void> {
  request += 1;
  agent.send({ type: 'mailbox-claim', request, mailbox });
  await agent.next('mailbox-claimed');
}

/** @returns all that the relay says, but the number of the request */
async function tryClaim(agent: RelayAgent, mailbox: string): Promise<object> {
  request += 1;
  const own = request;
  agent.send({ type: 'mailbox-claim', request: own, mailbox });
  const { request: _number, ...said } = await Promise.race([
    agent.next('mailbox-claimed', (answer) => answer.request === own),
    agent.next('error', (answer) => answer.request === own),
  ]);
  return said;
}

async function leave(agent: RelayAgent): Promise<void> {
  request += 1;
  const own = request;
  agent.send({ type: 'mailbox-close' });
  // Answers come in order: what was said before is done.
  agent.send({ type: 'mailbox-claim', request: own, mailbox: 'c'.repeat(32) });
  await agent.next('error', (said) => said.request === own);
}

describe('a member of the project that knows the id of a device', () => {
  it('cannot ask one that does not wait, or waits no more, and hears the same as of a place that nobody has [S-PAIR-13]', async () => {
    const asker = await joinMember(relay, office);
    const nobody = await tryClaim(asker.agent, 'd'.repeat(32));
    expect(nobody).toMatchObject({ type: 'error', code: 'mailbox' });
    for (const place of places) expect(await tryClaim(asker.agent, place)).toEqual(nobody);
    expect(await open(office.agent, places[0] ?? '')).toBe('opened');
    await leave(office.agent);
    expect(await tryClaim(asker.agent, places[0] ?? '')).toEqual(nobody);
    await tryClaim(office.agent, 'd'.repeat(32));
    expect(office.agent.waiting.map(({ type }) => type)).not.toContain('mailbox-joined');
    await asker.agent.close();
  });

  it('places that others have taken, used up or sit in are the device’s own when it waits [S-PAIR-13]', async () => {
    const squatters: Member[] = [];
    for (const place of places) {
      const squatter = await joinMember(relay, office);
      squatters.push(squatter);
      expect(await open(squatter.agent, place)).toBe('opened');
    }
    // One of them has used its place up, with somebody who plays along.
    const [first] = squatters;
    await claim(member.agent, places[0] ?? '');
    await first?.agent.next('mailbox-joined');
    expect(await open(office.agent, places[0] ?? '')).toBe('opened');
    for (const { agent } of squatters.slice(1)) {
      expect((await agent.next('mailbox-closed')).reason).toBe('other-side');
    }
    await leave(member.agent);
    // Whoever asks finds the device.
    const asker = await joinMember(relay, office);
    await claim(asker.agent, places[0] ?? '');
    await office.agent.next('mailbox-joined');
    // Having been asked by the wrong one, it waits again at the same place.
    await leave(office.agent);
    expect(await open(office.agent, places[0] ?? '')).toBe('opened');
    await leave(office.agent);
  });

  it('nobody drives anybody else out [S-PAIR-13]', async () => {
    const inviter = await joinMember(relay, office);
    const other = 'b'.repeat(32);
    expect(await open(inviter.agent, other)).toBe('opened');
    const intruder = await joinMember(relay, office);
    expect(await open(intruder.agent, other)).toBe('mailbox');
    expect(await open(office.agent, places[0] ?? '')).toBe('opened');
    expect(await open(intruder.agent, places[0] ?? '')).toBe('mailbox');
    expect(inviter.agent.waiting.concat(office.agent.waiting).map(({ type }) => type)).not.toContain('mailbox-closed');
  });
});
