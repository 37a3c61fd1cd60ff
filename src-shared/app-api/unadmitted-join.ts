/** Error codes of a relay that doesn't know this device, or no longer does. */
const UNKNOWN_DEVICE_CODES: ReadonlySet<string> = new Set([
  'relay.admission-needed',
  'relay.enrolment',
  'relay.enrolment-needed',
  'relay.removed',
]);

/**
 * Reports whether a device that its relay rejects with this code can still join an invitation there. A joiner with a code may use the relay's mailbox
 * without being admitted; the inviter's enrolment then admits it (PROTOCOL section 7.4). Used by the command line's pairing commands and by the
 * window's relay form. Pure.
 * @param code error code `relay.*`
 */
export function canJoinUnadmitted(code: string): boolean {
  return UNKNOWN_DEVICE_CODES.has(code);
}
