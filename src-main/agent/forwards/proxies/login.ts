import { timingSafeEqual, createHash } from 'node:crypto';
import { toUtf8 } from '#shared/bytes/index.ts';
import type { CheckLogin } from './socks-handshake.ts';

/** The check of a user and password; undefined where nobody has to log in. Takes the same time whatever is wrong. */
export function loginCheck(user: string | null, password: string | null): CheckLogin | undefined {
  if (user === null) return undefined;
  const wanted = [digest(toUtf8(user)), digest(toUtf8(password ?? ''))] as const;
  return (givenUser, givenPassword) => {
    const sameUser = timingSafeEqual(digest(givenUser), wanted[0]);
    const samePassword = timingSafeEqual(digest(givenPassword), wanted[1]);
    // A rule without its password lets nobody in.
    return sameUser && samePassword && password !== null;
  };
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
