import { describe, expect, it } from 'vitest';
import type { RelayClient } from '#agent/relay/index.ts';
import { SettingsStore } from '#agent/core/store/index.ts';
import { nativeBackend as crypto } from '#node/crypto/index.ts';
import { toBase64Url } from '#shared/bytes/index.ts';
import { createIdentity, verifyEnrolment, type PeerId } from '#shared/identity/index.ts';
import { silentLogger } from '#shared/logger.ts';
import { FakeClock } from '#test/support/fake-clock.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { Memberships } from '../../../../src-main/agent/network/memberships.ts';
import { RelaySettings } from '../../../../src-main/agent/network/relay-settings.ts';

const KEY = crypto.randomBytes(32);
const PROJECT = '0'.repeat(32);
const clock = new FakeClock();
const identityOf = () => createIdentity(crypto, crypto.randomBytes(32), { generation: 1, now: clock.now() / 1000 });
const OFFICE: PeerId = identityOf().peerId;

/** Memberships of a device at a relay that takes everything once it is free. */
function open() {
  const settings = new SettingsStore({ file: new MemoryDocumentFile(), deviceName: 'laptop', logger: silentLogger });
  settings.update((current) => ({
    ...current,
    relay: { ...current.relay, url: 'wss://relay.example', relayKey: toBase64Url(KEY) },
  }));
  const relay = { isBusy: false, enrolled: [] as Uint8Array[], removed: 0, suspended: false };
  const answer = (): Promise<void> =>
    relay.isBusy ? Promise.reject(Object.assign(new Error('busy'), { code: 'relay.rate' })) : Promise.resolve();
  const client = {
    status: { state: 'online' },
    relayKey: KEY,
    projects: [{ id: PROJECT, role: 'owner' }],
    enrol: async (enrolment: Uint8Array) => {
      await answer();
      relay.enrolled.push(enrolment);
    },
    remove: async () => {
      await answer();
      relay.removed += 1;
    },
  } as unknown as RelayClient;
  const memberships = new Memberships({
    identity: identityOf(),
    clock,
    logger: silentLogger,
    settings,
    relaySettings: new RelaySettings(settings),
    client: () => client,
    mayEnrol: () => !relay.suspended,
  });
  return { memberships, relay, settings };
}

describe('a membership given over a link', () => {
  it('is that of a full member, and of a peer that was removed before', async () => {
    const { memberships, relay } = open();
    relay.isBusy = true;
    await memberships.remove(OFFICE);
    relay.isBusy = false;
    await memberships.enrol(OFFICE, PROJECT);
    const [enrolment = new Uint8Array()] = relay.enrolled;
    expect(verifyEnrolment(crypto, enrolment)).toMatchObject({ member: OFFICE, project: PROJECT, role: 'member' });
    expect(relay.removed).toBe(0);
  });

  it('waits for a busy relay, and is not given to a peer that is removed or suspended by then [S-PAIR-21]', async () => {
    for (const [change, enrolled] of [
      ['none', 1],
      ['suspended', 0],
      ['removed', 0],
    ] as const) {
      const { memberships, relay, settings } = open();
      relay.isBusy = true;
      await memberships.enrol(OFFICE, PROJECT);
      expect(settings.value.memberships).toMatchObject([{ member: OFFICE, owed: 'member' }]);
      if (change === 'removed') await memberships.remove(OFFICE);
      relay.suspended = change === 'suspended';
      relay.isBusy = false;
      await clock.advance(60_000);
      expect([change, relay.enrolled.length]).toEqual([change, enrolled]);
      expect(settings.value.memberships).toBeUndefined();
      memberships.close();
    }
  });
});

describe('an enrolment of a pairing', () => {
  /** Begins to sign one. */
  function signing({ memberships }: ReturnType<typeof open>) {
    const { promise, resolve } = Promise.withResolvers<Uint8Array>();
    const added = memberships.addEnrolment(OFFICE, PROJECT, 'pending', () => promise);
    const enrolment = crypto.randomBytes(200);
    const sign = async (): Promise<void> => {
      resolve(enrolment);
      expect(await added).toEqual(enrolment);
    };
    return { sign, text: toBase64Url(enrolment) };
  }

  it('is not followed by a removal of before, also while it is signed [S-RELAY-11]', async () => {
    const made = open();
    const { memberships, relay, settings } = made;
    relay.isBusy = true;
    await memberships.remove(OFFICE);
    relay.isBusy = false;
    const { sign, text } = signing(made);
    await memberships.settle();
    await sign();
    await memberships.settle();
    expect(relay.removed).toBe(0);
    expect(settings.value.memberships).toMatchObject([{ member: OFFICE, owed: null, enrolment: text }]);
    memberships.close();
  });

  it('leaves a removal of meanwhile, which the relay still gets [S-RELAY-11]', async () => {
    const made = open();
    const { memberships, relay, settings } = made;
    relay.isBusy = true;
    const { sign, text } = signing(made);
    await memberships.remove(OFFICE);
    await sign();
    expect(settings.value.memberships).toMatchObject([{ member: OFFICE, owed: 'removed', enrolment: text }]);
    relay.isBusy = false;
    await memberships.settle();
    expect(relay.removed).toBe(1);
    expect(settings.value.memberships).toBeUndefined();
    memberships.close();
  });
});
