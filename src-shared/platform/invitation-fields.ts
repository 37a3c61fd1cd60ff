import * as z from 'zod';
import { text, time, uuid } from './fields.ts';
import { PLATFORM_LIMITS } from './limits.ts';
import { pictureHash } from './picture-fields.ts';

/** Schema of `InvitationToMe`, which several files use. */
export const invitationToMe = z.object({
  id: uuid,
  /** Name of the project. */
  projectName: text(PLATFORM_LIMITS.name),
  /** Name of the account that invites. */
  invitedBy: text(PLATFORM_LIMITS.name),
  /** Picture of that account, if the caller shares a project with it; else null. */
  picture: pictureHash.nullable(),
  /** Invited address. */
  email: text(PLATFORM_LIMITS.email),
  createdAt: time,
  expiresAt: time,
});
/** Invitation as the invited person sees it. */
export type InvitationToMe = z.infer<typeof invitationToMe>;
