import { fromUtf8, toUtf8 } from '../bytes/index.ts';
import { FormatError } from '../errors.ts';
import { LinkError } from './errors.ts';
import { FIELD } from './frames.ts';

/**
 * Encodes the params of an OPEN or OPEN_OK frame as JSON of at most 4 KiB and 16 levels; `undefined` becomes null. Pure.
 * @throws {LinkError} `link.params`
 */
export function encodeParams(params: unknown): Uint8Array {
  const text = stringify(params) ?? 'null';
  const bytes = toUtf8(text);
  if (bytes.length > FIELD.params) throw new LinkError('link.params', `params are longer than ${FIELD.params} bytes`);
  if (depthOf(text) > FIELD.paramsDepth) throw new LinkError('link.params', 'params are nested too deeply');
  return bytes;
}

/**
 * Decodes the params of an OPEN or OPEN_OK frame. The stream's kind validates the result.
 * @throws {FormatError} `format.params` for invalid JSON or
 * too many levels
 */
export function decodeParams(bytes: Uint8Array): unknown {
  try {
    const text = fromUtf8(bytes);
    if (depthOf(text) > FIELD.paramsDepth) throw new RangeError('nested too deeply');
    return JSON.parse(text);
  } catch (error) {
    throw new FormatError('format.params', 'params are not JSON of the allowed depth', { cause: error });
  }
}

/** Returns the JSON form of a value; undefined for a value that JSON.stringify can't represent. */
function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw new LinkError('link.params', 'params have no JSON form', { cause: error });
  }
}

/** Counts the levels of brackets outside of strings, before the text is parsed. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (quoted) {
      if (character === '\\') index += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '[' || character === '{') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (character === ']' || character === '}') depth -= 1;
  }
  return deepest;
}
