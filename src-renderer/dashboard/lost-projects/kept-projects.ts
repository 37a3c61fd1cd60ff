import * as z from 'zod';
import type { ProjectView } from '#shared/platform/index.ts';
import { safeParse } from '#shared/safe-parse.ts';

/** Key in `localStorage` of the projects that a person was a member of. */
const KEY = 'projects.member';

const kept = z.object({ id: z.string(), name: z.string(), owner: z.string().nullable() });
const keptProjects = z.object({
  account: z.string(),
  /** Projects of which the account is a member. */
  member: z.array(kept),
  /** Projects from which it was removed, until the person has closed the notice. */
  lost: z.array(kept),
});

/** Project that a person was a member of. */
export type KeptProject = z.infer<typeof kept>;
export type KeptProjects = z.infer<typeof keptProjects>;

/** Most projects whose loss is kept. */
const MOST_LOST = 5;

/** Compares the projects of an account with those that it had: those that are gone were lost. Pure. */
export function followProjects(
  before: KeptProjects,
  projects: readonly Pick<ProjectView, 'id' | 'name' | 'role' | 'owner'>[],
): KeptProjects {
  const isThere = ({ id }: KeptProject): boolean => projects.some((project) => project.id === id);
  const gone = before.member.filter((project) => !isThere(project));
  return {
    account: before.account,
    member: projects
      .filter(({ role }) => role === 'member')
      .map(({ id, name, owner }) => ({ id, name, owner: owner?.name ?? null })),
    lost: [...gone, ...before.lost.filter((project) => !isThere(project))].slice(0, MOST_LOST),
  };
}

/** Returns what this browser keeps of the projects of an account. */
export function readProjects(account: string): KeptProjects {
  const nothing: KeptProjects = { account, member: [], lost: [] };
  try {
    const found = safeParse(keptProjects, JSON.parse(localStorage.getItem(KEY) ?? 'null')).data;
    return found?.account === account ? found : nothing;
  } catch {
    return nothing;
  }
}

export function keepProjects(projects: KeptProjects): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(projects));
  } catch {
    // The notice counts until the page is closed.
  }
}

/** Notes that a person leaves a project on their own, so that no one has removed them. */
export function leaveProject(account: string, project: string): void {
  const { member, lost } = readProjects(account);
  keepProjects({ account, member: member.filter(({ id }) => id !== project), lost });
}

/** Forgets that a project was lost, after the person has closed the notice. */
export function forgetLost(account: string, project: string): void {
  const { member, lost } = readProjects(account);
  keepProjects({ account, member, lost: lost.filter(({ id }) => id !== project) });
}

/** Forgets all of it, when the person has signed out. */
export function forgetProjects(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was stored.
  }
}
