import * as z from 'zod';
import { done, name } from './fields.ts';
import { PLATFORM_LIMITS } from './limits.ts';
import { projectView } from './project-fields.ts';
import { defineRoutes } from './route.ts';

/** Routes of projects. */
export const PROJECT_ROUTES = defineRoutes({
  'projects.list': {
    summary: 'Lists the projects that the account owns or is a member of, by name.',
    method: 'GET',
    path: '/api/v1/projects',
    output: z.object({ projects: z.array(projectView).max(PLATFORM_LIMITS.memberships) }),
    who: 'account',
  },
  'projects.create': {
    summary: 'Creates a project that belongs to the account and has no devices yet.',
    method: 'POST',
    path: '/api/v1/projects',
    input: z.strictObject({ name }),
    output: projectView,
    errors: ['platform.limit'],
    who: 'account',
    status: 201,
  },
  'projects.get': {
    summary: 'Returns a project.',
    method: 'GET',
    path: '/api/v1/projects/:project',
    output: projectView,
    who: 'project:view',
  },
  'projects.change': {
    summary: 'Renames a project, or allows or forbids plain devices. Forbidding ends their connections.',
    method: 'PATCH',
    path: '/api/v1/projects/:project',
    input: z
      .strictObject({ name: name.optional(), plainAllowed: z.boolean().optional() })
      .refine((change) => Object.values(change).some((value) => value !== undefined), { error: 'nothing to change' }),
    output: projectView,
    errors: ['project.plain-off'],
    who: 'project:change',
  },
  'projects.delete': {
    summary: 'Deletes a project with its people, invitations, plain devices and enrolments.',
    method: 'DELETE',
    path: '/api/v1/projects/:project',
    output: done,
    who: 'project:delete',
    steppedUp: true,
  },
  'projects.leave': {
    summary: 'Ends the own membership and everything that it admitted. Not for the owner.',
    method: 'POST',
    path: '/api/v1/projects/:project/leave',
    output: done,
    who: 'project:leave',
  },
});
