import { timingSafeEqual, createHash } from 'node:crypto';
import { toUtf8 } from '#shared/bytes/index.ts';
import type { CheckLogin } from './socks-handshake.ts';

/**
 * Creates the check of the user and password that a proxy requires; undefined if no login is required. The check takes the same time whichever of
 * them is wrong.
 */
export function loginCheck(user: string | null, password: string | null): CheckLogin | undefined {
  if (user === null) return undefined;
  const wanted = [digest(toUtf8(user)), digest(toUtf8(password ?? ''))] as const;
  return (givenUser, givenPassword) => {
    const sameUser = timingSafeEqual(digest(givenUser), wanted[0]);
    const samePassword = timingSafeEqual(digest(givenPassword), wanted[1]);
    // Without the saved password every login is rejected.
    return sameUser && samePassword && password !== null;
  };
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
