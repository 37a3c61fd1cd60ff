import { expect, it } from 'vitest';
import { nativeBackend } from '#node/crypto/index.ts';
import type { EnrolOutcome, RemoveOutcome, Store } from '#relay/store/index.ts';
import { toHex } from '#shared/bytes/index.ts';
import { peerIdFromBytes, type Enrolment, type PeerId, type Removal } from '#shared/identity/index.ts';
import { SeededRandom } from '#test/support/faults/index.ts';
import { insert } from './rows.ts';
import { newStore, type StoreStageFactory } from './stage.ts';

/** Time of all changes, ms. */
export const NOW = 1000 * 2 ** 31;
const KEY = new Uint8Array(32);

const random = (length: number): Uint8Array => nativeBackend.randomBytes(length);
export const newPeer = (): PeerId => peerIdFromBytes(random(32));

/** A project and what happens in it. Signatures are checked before the store: none is made here. */
export class Project {
  readonly id = toHex(random(16));
  readonly owner = newPeer();
  readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  static async found(store: Store): Promise<Project> {
    const project = new Project(store);
    await visit(store, project.owner);
    await store.exclusively((changes) => changes.createProject(project.id, project.owner, NOW));
    return project;
  }

  async enrol(inviter: PeerId, member: PeerId, serial = 1, role: Enrolment['role'] = 'member'): Promise<EnrolOutcome> {
    const keys = { relayKey: KEY, inviterKey: KEY, notAfter: 0, encoded: random(8) };
    const enrolment: Enrolment = { ...keys, project: this.id, inviter, member, serial, role };
    return this.store.exclusively((changes) => changes.enrol(enrolment, NOW));
  }

  async remove(remover: PeerId, member: PeerId, serial = 1): Promise<RemoveOutcome> {
    const removal: Removal = {
      relayKey: KEY,
      removerKey: KEY,
      encoded: random(8),
      project: this.id,
      remover,
      member,
      serial,
    };
    return this.store.exclusively((changes) => changes.remove(removal, NOW));
  }

  async admit(member: PeerId, account: string, now = NOW): Promise<EnrolOutcome> {
    return this.store.exclusively((changes) => changes.admitByTicket(this.id, member, account, now));
  }

  async admittedBy(account: string): Promise<PeerId[]> {
    return this.store.exclusively((changes) => changes.admittedBy(this.id, account));
  }

  async removeByAccount(devices: readonly PeerId[], now = NOW): Promise<PeerId[]> {
    return this.store.exclusively((changes) => changes.removeByAccount(this.id, devices, now));
  }

  /** Role of a device here; undefined for none. */
  async role(peer: PeerId): Promise<string | undefined> {
    const all = await this.store.exclusively((changes) => changes.memberships(peer));
    return all.find(({ project }) => project === this.id)?.role;
  }

  async addMember(role: Enrolment['role'] = 'member'): Promise<PeerId> {
    const member = newPeer();
    const outcome = await this.enrol(this.owner, member, 1, role);
    if (outcome !== 'enrolled') throw new Error(`a member is ${outcome}`);
    return member;
  }
}

/** Records that a device has connected. */
async function visit(store: Store, peerId: PeerId, generation = 1): Promise<void> {
  const keys = { version: 1, suite: 1, signingKey: KEY, staticKey: KEY, notBefore: 0, notAfter: 0 } as const;
  await store.exclusively((changes) =>
    changes.recordDevice({ ...keys, peerId, generation, encoded: random(8) }, 'test', NOW),
  );
}

export async function addAccount(store: Store): Promise<string> {
  const id = toHex(random(16));
  await store.transact((transaction) => insert(transaction, 'accounts', { id, email: `${id}@example.org` }));
  return id;
}

export function testMemberships(create: StoreStageFactory): void {
  it('makes the founder of a project its owner', async () => {
    const store = await newStore(create);
    const project = await Project.found(store);
    expect(await project.role(project.owner)).toBe('owner');
    expect(await store.isMemberOfAny(project.owner, ['f'.repeat(32), project.id])).toBe(true);
    expect(await store.isMemberOfAny(project.owner, ['f'.repeat(32)])).toBe(false);
    expect(await store.isMemberOfAny(newPeer(), [project.id])).toBe(false);
  });

  it('enrols for current members only', async () => {
    const store = await newStore(create);
    const project = await Project.found(store);
    const [member, pending, removed] = [
      await project.addMember(),
      await project.addMember('pending'),
      await project.addMember(),
    ];
    await project.remove(project.owner, removed, 2);
    const elsewhere = await Project.found(store);
    expect(await project.enrol(member, newPeer())).toBe('enrolled');
    for (const inviter of [pending, removed, newPeer(), elsewhere.owner]) {
      const device = newPeer();
      expect(await project.enrol(inviter, device)).toBe('no-authority');
      expect(await project.role(device)).toBeUndefined();
    }
  });

  it('raises a pending member by a newer enrolment of a full one, and lowers no one', async () => {
    const store = await newStore(create);
    const project = await Project.found(store);
    const [pending, other] = [await project.addMember('pending'), await project.addMember('pending')];
    await project.enrol(other, pending, 5);
    await project.enrol(pending, pending, 5);
    await project.enrol(project.owner, pending, 1);
    expect(await project.role(pending)).toBe('pending');
    await project.enrol(project.owner, pending, 2);
    expect(await project.role(pending)).toBe('member');
    await project.enrol(project.owner, pending, 3, 'pending');
    expect(await project.role(pending)).toBe('member');
    await project.enrol(pending, project.owner, 9, 'pending');
    expect(await project.role(project.owner)).toBe('owner');
  });

  it('readmits a removed device by a newer enrolment, by no older one', async () => {
    const store = await newStore(create);
    const project = await Project.found(store);
    const member = await project.addMember();
    expect(await project.remove(project.owner, member, 5)).toBe('removed');
    expect([await project.role(member), await store.isMemberOfAny(member, [project.id])]).toEqual([undefined, false]);
    expect(await store.exclusively((changes) => changes.wasRemoved(member))).toBe(true);
    expect(await project.enrol(project.owner, member, 4)).toBe('removed');
    expect(await project.enrol(project.owner, member, 5)).toBe('removed');
    expect(await project.enrol(project.owner, member, 6)).toBe('enrolled');
    expect(await project.role(member)).toBe('member');
    expect(await store.exclusively((changes) => changes.wasRemoved(member))).toBe(false);
    expect(await project.remove(project.owner, member, 5)).toBe('superseded');
  });

  it('removes for an owner anyone, for others themselves and those that they enrolled', async () => {
    const store = await newStore(create);
    const project = await Project.found(store);
    const [member, other] = [await project.addMember(), await project.addMember()];
    const enrolled = newPeer();
    await project.enrol(member, enrolled);
    expect(await project.remove(member, other)).toBe('no-authority');
    expect(await project.remove(member, project.owner)).toBe('no-authority');
    expect(await project.remove(newPeer(), member)).toBe('no-authority');
    expect(await project.remove(other, enrolled)).toBe('no-authority');
    expect(await project.remove(member, enrolled)).toBe('removed');
    expect(await project.remove(member, member)).toBe('removed');
    expect(await project.remove(member, other)).toBe('no-authority');
    expect(await project.remove(project.owner, other)).toBe('removed');
  });

  it('lets an owner remove those whom a member keeps in by a serial of the future', async () => {
    const store = await newStore(create);
    const project = await Project.found(store);
    const member = await project.addMember();
    const accomplice = newPeer();
    await project.enrol(member, accomplice, Number.MAX_SAFE_INTEGER);
    expect(await project.remove(project.owner, accomplice, 1)).toBe('removed');
    expect(await project.enrol(member, accomplice, Number.MAX_SAFE_INTEGER)).toBe('removed');
  });

  it('lets the newer enrolment of an owner stand against its own older removal', async () => {
    const store = await newStore(create);
    const project = await Project.found(store);
    const member = newPeer();
    await project.enrol(project.owner, member, 10);
    expect(await project.remove(project.owner, member, 9)).toBe('superseded');
    expect(await project.role(member)).toBe('member');
  });

  it('keeps the last owner', async () => {
    const store = await newStore(create);
    const project = await Project.found(store);
    expect(await project.remove(project.owner, project.owner, 99)).toBe('last-owner');
    expect(await project.role(project.owner)).toBe('owner');
  });

  it('bars a device for an owner before it is enrolled', async () => {
    const store = await newStore(create);
    const project = await Project.found(store);
    const device = newPeer();
    expect(await project.remove(project.owner, device, 5)).toBe('removed');
    expect(await project.enrol(project.owner, device, 5)).toBe('removed');
    expect(await project.enrol(project.owner, device, 6)).toBe('enrolled');
  });

  it('knows the generation of devices that have connected', async () => {
    const store = await newStore(create);
    const project = await Project.found(store);
    const member = await project.addMember();
    const generation = (): Promise<number | undefined> => store.exclusively((changes) => changes.generation(member));
    expect(await generation()).toBeUndefined();
    await visit(store, member, 2 ** 31 - 1);
    expect(await generation()).toBe(2 ** 31 - 1);
  });

  it('bounds the members of a project, the removed ones too, and the projects of a device', async () => {
    const store = await newStore(create, { membersPerProject: 3, projectsPerDevice: 2 });
    const project = await Project.found(store);
    const [first] = [await project.addMember(), await project.addMember()];
    expect(await project.enrol(project.owner, newPeer())).toBe('full');
    // Who is a member already is enrolled anew.
    expect(await project.enrol(project.owner, first, 2)).toBe('enrolled');
    await project.remove(project.owner, first, 3);
    const second = await project.addMember();
    const others = [await Project.found(store), await Project.found(store)];
    expect(await Promise.all(others.map((other) => other.enrol(other.owner, second)))).toEqual(['enrolled', 'full']);

    await project.remove(project.owner, second, 3);
    // Four rows are there: the owner, a member and two that were removed. Rows of removed devices stay, up to four times the members.
    const outcomes: RemoveOutcome[] = [];
    for (let count = 0; count < 9; count += 1) outcomes.push(await project.remove(project.owner, newPeer()));
    expect(outcomes).toEqual([...Array.from({ length: 8 }, () => 'removed'), 'full']);
  });

  it('admits a device by the ticket of an account, readmits it, and says whom the account has admitted', async () => {
    const store = await newStore(create);
    const project = await Project.found(store);
    const account = await addAccount(store);
    const [browser, enrolled] = [newPeer(), await project.addMember()];
    expect(await project.admit(browser, account)).toBe('enrolled');
    expect(await project.role(browser)).toBe('member');
    expect(await project.admit(enrolled, account)).toBe('enrolled');
    expect(await project.admittedBy(account)).toEqual([browser]);
    await project.removeByAccount([browser]);
    expect([await project.role(browser), await project.admittedBy(account)]).toEqual([undefined, []]);
    expect(await project.admit(browser, account, NOW)).toBe('removed');
    expect(await project.admit(browser, account, NOW + 1000)).toBe('enrolled');
    // Who was removed by a device comes back by the enrolment of a device, and is no longer the account's.
    await project.remove(project.owner, browser, NOW / 1000 + 7);
    expect(await project.admit(browser, account, NOW + 3_600_000)).toBe('removed');
    expect(await project.enrol(project.owner, browser, NOW / 1000 + 8)).toBe('enrolled');
    expect([await project.role(browser), await project.admittedBy(account)]).toEqual(['member', []]);
  });

  it('admits no more by tickets than otherwise', async () => {
    const store = await newStore(create, { membersPerProject: 2 });
    const project = await Project.found(store);
    const account = await addAccount(store);
    expect(await project.admit(newPeer(), account)).toBe('enrolled');
    expect(await project.admit(newPeer(), account)).toBe('full');
  });

  it('admits a few by the tickets of one account, removed ones included, unless the project is its own', async () => {
    const store = await newStore(create, { membersPerAccount: 2 });
    const project = await Project.found(store);
    const [account, other] = [await addAccount(store), await addAccount(store)];
    const admit = async (by: string) => [await project.admit(newPeer(), by), await project.admit(newPeer(), by)];
    expect(await admit(account)).toEqual(['enrolled', 'enrolled']);
    expect(await admit(account)).toEqual(['full', 'full']);
    for (let count = 0; count < 3; count += 1) {
      await project.removeByAccount(await project.admittedBy(account));
      expect(await admit(account)).toEqual(['enrolled', 'enrolled']);
    }
    await project.removeByAccount(await project.admittedBy(account));
    expect(await admit(account)).toEqual(['full', 'full']);
    // Others have room, and the project's owner has all of it.
    expect(await admit(other)).toEqual(['enrolled', 'enrolled']);
    await store.transact((transaction) =>
      transaction.updateTable('projects').set({ owner_account: other }).where('id', '=', project.id).execute(),
    );
    expect(await admit(other)).toEqual(['enrolled', 'enrolled']);
  });

  it('removes for an account devices and all that these have admitted, but not the owner device', async () => {
    const store = await newStore(create);
    const project = await Project.found(store);
    const account = await addAccount(store);
    const [browser, other, child, grandchild] = [newPeer(), newPeer(), newPeer(), newPeer()];
    for (const peer of [browser, other]) await project.admit(peer, account);
    await project.enrol(browser, child, Number.MAX_SAFE_INTEGER);
    await project.enrol(child, grandchild);
    await project.enrol(project.owner, other, NOW);
    expect((await project.removeByAccount([browser, project.owner, newPeer()])).toSorted()).toEqual(
      [browser, child, grandchild].toSorted(),
    );
    expect(await Promise.all([browser, child, grandchild].map((peer) => project.role(peer)))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([await project.role(other), await project.role(project.owner)]).toEqual(['member', 'owner']);
    // Their enrolments don't bring them back.
    expect(await project.enrol(project.owner, child, Number.MAX_SAFE_INTEGER)).toBe('removed');
    expect(await project.removeByAccount([browser])).toEqual([]);
  });

  it("lets in a project of an account only the owner device and that account's devices enrol others", async () => {
    const store = await newStore(create);
    const project = await Project.found(store);
    const [account, member] = [await addAccount(store), await addAccount(store)];
    const [browser, foreign, device] = [newPeer(), newPeer(), await project.addMember()];
    const pending = await project.addMember('pending');
    await project.admit(browser, account);
    await project.admit(foreign, member);
    await store.transact((transaction) =>
      transaction.updateTable('projects').set({ owner_account: account }).where('id', '=', project.id).execute(),
    );
    expect(await project.enrol(project.owner, newPeer())).toBe('enrolled');
    expect(await project.enrol(browser, newPeer())).toBe('enrolled');
    expect(await project.enrol(foreign, newPeer())).toBe('no-authority');
    expect(await project.enrol(device, newPeer())).toBe('no-authority');
    await project.enrol(device, pending, 9);
    expect(await project.role(pending)).toBe('pending');
  });

  it('keeps its rules whatever is asked for, in any order', async () => {
    const store = await newStore(create, { membersPerProject: 4, projectsPerDevice: 2 });
    const projects = [await Project.found(store), await Project.found(store), await Project.found(store)];
    const peers = [...projects.map(({ owner }) => owner), ...Array.from({ length: 5 }, newPeer)];
    const seed = Math.floor(Math.random() * 2 ** 31);
    const chance = new SeededRandom(seed);
    const pick = <Item>(items: readonly Item[]): Item => {
      const item = items[Math.floor(chance.between(0, items.length))];
      if (item === undefined) throw new Error('nothing to pick');
      return item;
    };
    const broken: string[] = [];
    /** Highest serial with which each device was removed from each project. */
    const removed = new Map<string, number>();
    for (let step = 0; step < 300; step += 1) {
      const [project, signer, member] = [pick(projects), pick(peers), pick(peers)];
      const [serial, place] = [Math.floor(chance.between(0, 20)), `${project.id} ${member}`];
      const isMember = (await project.role(signer)) !== undefined;
      const isEnrolment = chance.next() < 0.6;
      const outcome = isEnrolment
        ? await project.enrol(signer, member, serial, pick(['member', 'pending']))
        : await project.remove(signer, member, serial);
      const role = await project.role(member);
      const last = removed.get(place) ?? -1;
      if (outcome === 'removed' && !isEnrolment) removed.set(place, Math.max(serial, last));
      const rules = {
        'only members decide': isMember || outcome === 'no-authority',
        'who is enrolled has a role': outcome !== 'enrolled' || role !== undefined,
        'who is removed has none': isEnrolment || outcome !== 'removed' || role === undefined,
        'a removal overrides what is not newer': outcome !== 'enrolled' || serial > last,
        'an owner stays': (await project.role(project.owner)) === 'owner',
      };
      for (const [rule, holds] of Object.entries(rules)) if (!holds) broken.push(`${rule}: seed ${seed}, step ${step}`);
    }
    expect(broken).toEqual([]);
    for (const project of projects) {
      const roles = await Promise.all(peers.map((peer) => project.role(peer)));
      expect(roles.filter((role) => role !== undefined).length).toBeLessThanOrEqual(4);
    }
    for (const peer of peers) {
      const memberships = await store.exclusively((changes) => changes.memberships(peer));
      expect(memberships.length).toBeLessThanOrEqual(2);
    }
  });
}
