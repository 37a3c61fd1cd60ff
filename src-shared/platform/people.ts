import * as z from 'zod';
import { done, text, time, uuid } from './fields.ts';
import { PLATFORM_LIMITS } from './limits.ts';
import { pictureBytes, pictureHash } from './picture-fields.ts';
import { accountRole } from './project-fields.ts';
import { defineRoutes } from './route.ts';
import { pathTo } from './route-url.ts';

const personView = z.object({
  /** ID of the account. */
  id: uuid,
  name: text(PLATFORM_LIMITS.name),
  /** Picture, which `people.picture` returns; null for none. */
  picture: pictureHash.nullable(),
  /** Null except for the owner, who sees everyone's, and for oneself. */
  email: text(PLATFORM_LIMITS.email).nullable(),
  role: accountRole,
  /** ID of the account that invited this one; null for the owner, and if that account is gone. */
  invitedBy: uuid.nullable(),
  addedAt: time,
});
/** Account in a project: its owner or a member. */
export type PersonView = z.infer<typeof personView>;

/** Routes of the people in a project. `invitations.create` adds some. */
export const PEOPLE_ROUTES = defineRoutes({
  'people.list': {
    summary: 'Lists the owner and the members of a project.',
    method: 'GET',
    path: '/api/v1/projects/:project/people',
    output: z.object({ people: z.array(personView).max(PLATFORM_LIMITS.people) }),
    who: 'project:view-people',
  },
  'people.picture': {
    summary: 'Returns a picture of the account or of someone with whom it shares a project.',
    method: 'GET',
    path: '/api/v1/pictures/:picture',
    output: pictureBytes,
    who: 'account',
    answer: 'picture',
  },
  'people.remove': {
    summary: 'Removes a member and everything that the member admitted.',
    method: 'DELETE',
    path: '/api/v1/projects/:project/people/:person',
    output: done,
    errors: ['project.owner'],
    who: 'project:remove-person',
  },
});

/** Returns the address of a picture at the relay, without its origin. Pure. */
export function picturePath(picture: string): string {
  return pathTo(PEOPLE_ROUTES['people.picture'], { picture });
}
