/**
 * Codes of a relay that doesn't know a device, or no longer. A joiner with a code reaches the mailbox nevertheless, as a guest, and is admitted by
 * the inviter's enrolment (PROTOCOL section 7.4).
 */
const UNKNOWN_DEVICE_CODES: ReadonlySet<string> = new Set([
  'relay.admission-needed',
  'relay.enrolment',
  'relay.removed',
]);

/**
 * Reports whether a device with this relay problem can join an invitation there.
 * @param code `relay.*`
 */
export function canJoinAsGuest(code: string): boolean {
  return UNKNOWN_DEVICE_CODES.has(code);
}
