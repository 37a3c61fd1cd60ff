import * as z from 'zod';
import { text, time, uuid } from './fields.ts';
import { PLATFORM_LIMITS } from './limits.ts';
import { pictureHash } from './picture-fields.ts';

/** Schema of `AccountView`, which several files use. */
export const accountView = z.object({
  id: uuid,
  email: text(PLATFORM_LIMITS.email),
  emailVerified: z.boolean(),
  name: text(PLATFORM_LIMITS.name),
  /** Picture, which `people.picture` returns; null for none. */
  picture: pictureHash.nullable(),
  hasPassword: z.boolean(),
  passkeys: z.number().int().min(0).max(PLATFORM_LIMITS.passkeys),
  /** A password alone doesn't sign in: a passkey has to follow. */
  secondFactor: z.boolean(),
  createdAt: time,
  /** Time until which this session is stepped up; null if it isn't. */
  strongUntil: time.nullable(),
});
/** Account of the caller. */
export type AccountView = z.infer<typeof accountView>;
