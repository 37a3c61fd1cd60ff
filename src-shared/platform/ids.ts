import { FormatError } from '../errors.ts';

const HEX = /^[0-9a-f]{32}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Formats an ID of the relay's database, 32 hexadecimal digits, as the UUID that the API uses. Not a UUID of RFC 9562: all 128 bits are random. Pure.
 * @throws {FormatError} `format.id`
 */
export function toUuid(id: string): string {
  if (!HEX.test(id)) throw new FormatError('format.id', 'an id has 32 hexadecimal digits');
  return [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-');
}

/** Returns the database's form of a UUID in any case. @throws {FormatError} `format.id` */
export function fromUuid(uuid: string): string {
  if (!UUID.test(uuid)) throw new FormatError('format.id', 'not 8-4-4-4-12 hexadecimal digits');
  return uuid.replaceAll('-', '').toLowerCase();
}
