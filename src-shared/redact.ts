/** Field names whose values are never logged, at any depth. Matched in lower case, as parts of the name. */
const SECRET_NAMES =
  /token|ticket|secret|password|passphrase|psk|signature|signingseed|privatekey|nonce|cookie|authorization|bearer|proof|message1|message2|^body$|^payload$|deposit|nameplate|^code$|stdin|stdout|terminaldata/;
/** Deepest nesting that is logged; deeper values are cut. */
const MOST_DEPTH = 4;
const MOST_TEXT = 500;
const MOST_ITEMS = 32;

/** Field names whose values are never replaced. */
const SAFE_NAMES = new Set(['errorCode', 'exitCode']);
/** Form of an error code, such as `relay.connection-refused`. Pairing codes and other secrets have digits, capitals or no dot. */
const ERROR_CODE = /^[a-z][a-z-]{0,30}(?:\.[a-z][a-z-]{0,40}){1,3}$|^shell\.[a-z-]+\.win32$|^(?:unknown|internal)$/;

/**
 * Copies log fields for loggers: replaces the values of secret field names and all byte arrays, cuts long texts and lists, and
 * reduces errors to name, code and message. This is the last line of defense: callers must not log secrets in the first place. Pure.
 */
export function redact(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return redactObject(fields, 0);
}

function redactObject(value: object, depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value).slice(0, MOST_ITEMS)) {
    const isErrorCode = name === 'code' && typeof field === 'string' && ERROR_CODE.test(field);
    const secret = !SAFE_NAMES.has(name) && !isErrorCode && SECRET_NAMES.test(name.toLowerCase());
    copy[name] = secret && field !== undefined && field !== null ? '[redacted]' : redactValue(field, depth + 1);
  }
  return copy;
}

/** Replaces characters that JSON leaves unchanged but a terminal may obey: C1 control characters and direction marks. */
function cleanText(text: string): string {
  return text.replaceAll(/[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\u{fffd}');
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value.length > MOST_TEXT ? `${value.slice(0, MOST_TEXT)}…` : value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (depth > MOST_DEPTH) return '[deep]';
  if (value instanceof Error) {
    return {
      name: value.name,
      message: redactValue(value.message, depth + 1),
      ...('code' in value && typeof value.code === 'string' ? { errorCode: value.code } : {}),
    };
  }
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => redactValue(item, depth + 1));
  return redactObject(value, depth);
}
