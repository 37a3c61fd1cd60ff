import { expect, it } from 'vitest';
import { followProjects, type KeptProjects } from '#renderer/dashboard/lost-projects/kept-projects.ts';

const ada = { id: 'ada', name: 'Ada' };
const home = { id: 'home', name: 'Home', role: 'member', owner: ada } as const;
const own = { id: 'own', name: 'Own', role: 'owner', owner: { id: 'bea', name: 'Bea' } } as const;
const nothing: KeptProjects = { account: 'bea', member: [], lost: [] };

it('a project that a member no longer has is lost until it is there again, and an own one never', () => {
  const before = followProjects(nothing, [home, own]);
  expect(before.member).toEqual([{ id: 'home', name: 'Home', owner: 'Ada' }]);
  const removed = followProjects(before, []);
  expect(removed).toEqual({ account: 'bea', member: [], lost: [{ id: 'home', name: 'Home', owner: 'Ada' }] });
  // Read again, as after a reload.
  expect(followProjects(removed, [own]).lost).toEqual(removed.lost);
  expect(followProjects(removed, [home]).lost).toEqual([]);
});

it('a project that the person has left is not lost', () => {
  const before = followProjects(nothing, [home]);
  expect(followProjects({ ...before, member: [] }, []).lost).toEqual([]);
});
