/**
 * What a relay says to a device that it knows no more, or not yet. Who joins with a code reaches the mailbox as a guest all the same, and is brought in by
 * the inviter's enrolment (PROTOCOL section 7.4).
 */
const UNKNOWN_THERE: ReadonlySet<string> = new Set(['relay.admission-needed', 'relay.enrolment', 'relay.removed']);

/**
 * Whether a device that has this problem at its relay can join an invitation there.
 * @param code what keeps it from being online, `relay.*`
 */
export function canJoinAsGuest(code: string): boolean {
  return UNKNOWN_THERE.has(code);
}
