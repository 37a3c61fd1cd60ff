import { cleanName } from '#shared/visible-text/index.ts';

/** Most characters of a name that a pairing carries. */
const MOST_NAME = 64;
const SEPARATOR = ' · ';

/**
 * Returns the name by which a browser introduces itself in a pairing: its person, as the relay names them, and the browser. Nothing proves either, like every
 * name in a pairing; a person adds it by the words. Pure.
 * @param person name of the account; undefined where no person is known
 */
export function pairingName(person: string | undefined, device: string): string {
  const room = MOST_NAME - device.length - SEPARATOR.length;
  const who = cleanName(person ?? '').slice(0, Math.max(0, room));
  if (who === '' || device.includes(who)) return device;
  return cleanName(`${who.trim()}${SEPARATOR}${device}`);
}
