/** Roles of an account in a project. Each project has one owner, its creator or the account that a device gave it to. */
export const ACCOUNT_ROLES = ['owner', 'member'] as const;
export type AccountRole = (typeof ACCOUNT_ROLES)[number];

/**
 * Actions of an account in a project. A route names its action as `who: 'project:<action>'`; the relay's policy says which role may do which. The list
 * is closed: each action belongs to at least one route.
 */
export const PROJECT_ACTIONS = [
  'view',
  'view-people',
  'view-invitations',
  'view-history',
  'change',
  'delete',
  /** Terminals of plain devices. Sealed devices decide for themselves. */
  'open-terminal',
  /** Prompts, workflows, status and restart of an OpenClaw node. */
  'send-request',
  'add-device',
  'change-device',
  'remove-device',
  'make-pairing-code',
  /** Foreign instances and their keys. */
  'manage-instances',
  /** Enrol tickets: an owner's admits any device, a member's one browser. */
  'enrol',
  'invite',
  'cancel-invitation',
  'remove-person',
  'leave',
] as const;
export type ProjectAction = (typeof PROJECT_ACTIONS)[number];
