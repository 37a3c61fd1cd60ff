import { toUtf8 } from '../bytes/index.ts';

/** The joiner's record after it has checked the inviter. */
export const CONFIRMED = toUtf8('confirmed');
/** The inviter's record after it has read that. */
export const DONE = toUtf8('done');
