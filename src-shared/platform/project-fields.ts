import * as z from 'zod';
import { ACCOUNT_ROLES } from './actions.ts';
import { count, peerId, text, time, uuid } from './fields.ts';
import { PLATFORM_LIMITS } from './limits.ts';

/** Role of an account in a project. */
export const accountRole = z.enum(ACCOUNT_ROLES);

/** Schema of `ProjectView`, which several files use. */
export const projectView = z.object({
  id: uuid,
  name: text(PLATFORM_LIMITS.name),
  /** Role of the caller. */
  role: accountRole,
  /** Null if the owner's account was deleted and the project is its device's alone. */
  owner: z.object({ id: uuid, name: text(PLATFORM_LIMITS.name) }).nullable(),
  /** Device that gave the project to the owner's account; null if the project was made by the account. */
  ownerDevice: peerId.nullable(),
  /** Plain devices are allowed, whose terminals the relay can read. */
  plainAllowed: z.boolean(),
  people: count,
  /** Machines and plain devices, without browsers. */
  devices: count,
  /** Number of those that are online now. */
  online: count,
  createdAt: time,
  updatedAt: time,
});
/** Project as one of its accounts sees it. */
export type ProjectView = z.infer<typeof projectView>;
