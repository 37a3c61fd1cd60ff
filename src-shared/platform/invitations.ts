import * as z from 'zod';
import { done, email, secret, text, time, uuid } from './fields.ts';
import { invitationToMe } from './invitation-fields.ts';
import { PLATFORM_LIMITS } from './limits.ts';
import { projectView } from './project-fields.ts';
import { defineRoutes } from './route.ts';

/** Statuses of an invitation. An expired one is pending with `expiresAt` in the past until it is deleted. */
export const INVITATION_STATUSES = ['pending', 'accepted', 'declined', 'cancelled'] as const;

const invitationView = z.object({
  id: uuid,
  email: text(PLATFORM_LIMITS.email),
  status: z.enum(INVITATION_STATUSES),
  /** ID of the account that invited. */
  invitedBy: uuid,
  createdAt: time,
  expiresAt: time,
});
/** Invitation as the people of its project see it. */
export type InvitationView = z.infer<typeof invitationView>;

/** Routes of invitations: of a project to the people in it, and of an address to its account or to a link's holder. */
export const INVITATION_ROUTES = defineRoutes({
  'invitations.list': {
    summary: 'Lists the pending invitations of a project.',
    method: 'GET',
    path: '/api/v1/projects/:project/invitations',
    output: z.object({ invitations: z.array(invitationView).max(PLATFORM_LIMITS.pendingInvitations) }),
    who: 'project:view-invitations',
  },
  'invitations.create': {
    summary:
      'Invites an address. With open sign-up always creates an invitation; else adds an account that verified the ' +
      'address at once.',
    method: 'POST',
    path: '/api/v1/projects/:project/invitations',
    input: z.strictObject({ email }),
    output: z.discriminatedUnion('status', [
      z.object({ status: z.literal('added'), message: text(200) }),
      z.object({
        status: z.literal('invited'),
        message: text(200),
        invitation: invitationView,
        /** One-time link to hand over, shown only here; null if the relay mailed it. */
        link: text(512).nullable(),
      }),
    ]),
    errors: ['project.already-member', 'project.already-invited', 'platform.limit'],
    who: 'project:invite',
    status: 201,
  },
  'invitations.cancel': {
    summary: 'Cancels a pending invitation.',
    method: 'DELETE',
    path: '/api/v1/projects/:project/invitations/:invitation',
    output: done,
    errors: ['project.invitation-over'],
    who: 'project:cancel-invitation',
  },

  'invitations.mine': {
    summary: 'Lists the pending invitations to the verified address of the account.',
    method: 'GET',
    path: '/api/v1/invitations',
    output: z.object({ invitations: z.array(invitationToMe).max(PLATFORM_LIMITS.memberships) }),
    who: 'account',
  },
  'invitations.accept': {
    summary: 'Accepts an invitation to the verified address of the account.',
    method: 'POST',
    path: '/api/v1/invitations/:invitation/accept',
    output: projectView,
    errors: ['project.invitation-over', 'platform.limit'],
    who: 'account',
  },
  'invitations.decline': {
    summary: 'Declines an invitation to the verified address of the account.',
    method: 'POST',
    path: '/api/v1/invitations/:invitation/decline',
    output: done,
    errors: ['project.invitation-over'],
    who: 'account',
  },
  'invitations.lookUp': {
    summary: 'Returns the invitation of a link, without using the link.',
    method: 'POST',
    path: '/api/v1/invitations/look-up',
    input: z.strictObject({ token: secret }),
    output: invitationToMe,
    errors: ['account.link'],
    who: 'anyone',
  },
  'invitations.redeem': {
    summary: 'Accepts the invitation of a link, whatever address it was sent to.',
    method: 'POST',
    path: '/api/v1/invitations/redeem',
    input: z.strictObject({ token: secret }),
    output: projectView,
    errors: ['account.link', 'project.already-member', 'platform.limit'],
    who: 'account',
  },
});
