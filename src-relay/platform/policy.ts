import type { AccountRole, ProjectAction } from '#shared/platform/index.ts';

/**
 * Roles that may do each action in a project, as documented ("Roles & Permissions" and "Row-Level Security" of the PrivaClaw document; PLATFORM.md
 * section 4). Each route of `/api/v1` names its action; a caller without a role in the project never gets here, because nothing of it is visible.
 */
const POLICY: Readonly<Record<ProjectAction, readonly AccountRole[]>> = {
  view: ['owner', 'member'],
  'view-people': ['owner', 'member'],
  'view-invitations': ['owner', 'member'],
  'view-history': ['owner', 'member'],
  change: ['owner'],
  delete: ['owner'],
  'open-terminal': ['owner', 'member'],
  'send-request': ['owner', 'member'],
  'add-device': ['owner'],
  'change-device': ['owner'],
  'remove-device': ['owner'],
  'make-pairing-code': ['owner'],
  'manage-instances': ['owner'],
  // A member's ticket admits one browser, an owner's any device.
  enrol: ['owner', 'member'],
  invite: ['owner'],
  'cancel-invitation': ['owner'],
  'remove-person': ['owner'],
  // Ownership can't be transferred, so an owner deletes the project instead.
  leave: ['member'],
};

/** Reports whether an account with this role may do an action in its project. Pure. */
export function may(role: AccountRole, action: ProjectAction): boolean {
  return POLICY[action].includes(role);
}
