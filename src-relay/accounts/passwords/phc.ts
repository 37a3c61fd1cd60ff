/** Function that turns a password into a key, with its cost. */
export type PasswordFunction =
  /** Argon2id version 19 (RFC 9106); memory in KiB. */
  | Readonly<{ name: 'argon2id'; memory: number; passes: number; lanes: number }>
  /** Scrypt (RFC 7914); the cost is 2^`logCost`. */
  | Readonly<{ name: 'scrypt'; logCost: number; blockSize: number; lanes: number }>;

/** Parsed password hash. */
export type PasswordHash = Readonly<{ function: PasswordFunction; salt: Uint8Array; key: Uint8Array }>;

const ARGON2ID =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;
const SCRYPT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** Highest costs that are computed: a changed database can't make a sign-in take gigabytes. */
const HIGHEST = { memory: 256 * 1024, passes: 10, logCost: 18, blockSize: 16, lanes: 16 };

/** Formats a hash as PHC string (https://github.com/P-H-C/phc-string-format). Pure. */
export function formatPhc({ function: { ...of }, salt, key }: PasswordHash): string {
  const parameters =
    of.name === 'argon2id'
      ? `argon2id$v=19$m=${of.memory},t=${of.passes},p=${of.lanes}`
      : `scrypt$ln=${of.logCost},r=${of.blockSize},p=${of.lanes}`;
  return `$${parameters}$${unpadded(salt)}$${unpadded(key)}`;
}

/** Parses a PHC string of Argon2id or scrypt. Returns undefined for anything else. Pure. */
export function parsePhc(text: string): PasswordHash | undefined {
  const argon2 = ARGON2ID.exec(text);
  if (argon2 !== null) {
    const [memory = 0, passes = 0, lanes = 0] = argon2.slice(1, 4).map(Number);
    const inBounds =
      memory >= 8 * lanes && memory <= HIGHEST.memory && passes >= 1 && passes <= HIGHEST.passes && inLanes(lanes);
    return inBounds ? withBytes({ name: 'argon2id', memory, passes, lanes }, argon2.slice(4)) : undefined;
  }
  const scrypt = SCRYPT.exec(text);
  if (scrypt === null) return undefined;
  const [logCost = 0, blockSize = 0, lanes = 0] = scrypt.slice(1, 4).map(Number);
  const inBounds =
    logCost >= 1 && logCost <= HIGHEST.logCost && blockSize >= 1 && blockSize <= HIGHEST.blockSize && inLanes(lanes);
  return inBounds ? withBytes({ name: 'scrypt', logCost, blockSize, lanes }, scrypt.slice(4)) : undefined;
}

/** Reports whether two functions have the same name and cost. Pure. */
export function isSameFunction(one: PasswordFunction, other: PasswordFunction): boolean {
  if (one.name === 'argon2id') {
    return (
      other.name === 'argon2id' &&
      one.memory === other.memory &&
      one.passes === other.passes &&
      one.lanes === other.lanes
    );
  }
  return (
    other.name === 'scrypt' &&
    one.logCost === other.logCost &&
    one.blockSize === other.blockSize &&
    one.lanes === other.lanes
  );
}

function inLanes(lanes: number): boolean {
  return lanes >= 1 && lanes <= HIGHEST.lanes;
}

function withBytes(of: PasswordFunction, [salt = '', key = '']: readonly string[]): PasswordHash {
  return { function: of, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') };
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '');
}
