import { expect, it } from 'vitest';
import type { PeerId } from '#shared/identity/index.ts';
import { addAccount, newPeer, NOW, Project } from './memberships.ts';
import { newStore, type StoreStageFactory } from './stage.ts';

export function testDepartures(create: StoreStageFactory): void {
  it('lists full members that were removed, newest first, and no one else', async () => {
    const store = await newStore(create);
    const project = await Project.found(store);
    const other = await Project.found(store);
    const account = await addAccount(store);
    const [browser, device, both, pending, barred, back] = [
      newPeer(),
      await project.addMember(),
      await project.addMember(),
      await project.addMember('pending'),
      newPeer(),
      await project.addMember(),
    ];
    await project.admit(browser, account);
    await other.enrol(other.owner, both);
    await project.removeByAccount([browser], NOW + 5);
    for (const peer of [device, both, pending, barred, back]) await project.remove(project.owner, peer, 2);
    await project.enrol(project.owner, back, 3);
    const list = (projects: readonly string[], limit = 10) =>
      store.exclusively((changes) => changes.departures(projects, limit));
    expect(await list([project.id, other.id])).toEqual([
      { peer: browser, at: NOW + 5 },
      { peer: device, at: NOW },
    ]);
    expect(new Set((await list([project.id])).map(({ peer }) => peer))).toEqual(new Set([browser, device, both]));
    expect(await list([project.id], 1)).toEqual([{ peer: browser, at: NOW + 5 }]);
    expect([await list([other.id]), await list([])]).toEqual([[], []]);
    const departedAt = (peer: PeerId) => store.exclusively((changes) => changes.departedAt(project.id, peer));
    expect(await Promise.all([browser, device, pending, barred, back].map(departedAt))).toEqual([
      NOW + 5,
      NOW,
      undefined,
      undefined,
      undefined,
    ]);
  });
}
