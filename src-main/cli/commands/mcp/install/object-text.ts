import { isDeepStrictEqual } from 'node:util';
import JSON5 from 'json5';

type Json = Readonly<Record<string, unknown>>;

/** Member of an object in a text: its key, and where key and value begin and end. */
type Member = Readonly<{ key: string; from: number; value: number; to: number; object: ObjectText | undefined }>;
/** Object in a text: where its braces are, and its members. */
type ObjectText = Readonly<{ open: number; close: number; members: readonly Member[] }>;

/** Reason for which a text isn't edited: it can't be read, or what is asked for can't be put into it without changing the rest. */
export class ObjectTextError extends Error {
  override readonly name = 'ObjectTextError';
}

/**
 * Text of a settings file with one object, in JSON or JSON5. Members are set and removed in the text, so that comments, order and form of all others stay
 * byte for byte. Each change is checked by reading the result.
 */
export class SettingsText {
  readonly text: string;
  readonly value: Json;

  /** @throws {ObjectTextError} if the text can't be read, or isn't an object */
  constructor(text: string, { isStrict }: Readonly<{ isStrict: boolean }>) {
    this.text = text;
    let value: unknown;
    try {
      value = isStrict ? JSON.parse(text.replace(/^\uFEFF/, '')) : JSON5.parse(text);
    } catch (error) {
      throw new ObjectTextError('it can not be read', { cause: error });
    }
    if (!isObject(value)) throw new ObjectTextError('it is no object');
    this.value = value;
  }

  /** Returns the value at a path; undefined if there is none. */
  get(path: readonly string[]): unknown {
    let value: unknown = this.value;
    for (const key of path) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return value;
  }

  /** Returns the text with a member set, and the objects on the way to it added. @throws {ObjectTextError} if something else is on the way */
  with(path: readonly string[], value: Json): string {
    const expected = withMember(this.value, path, value);
    return this.#checked(setMember(this.text, path, value), expected);
  }

  /** Returns the text without a member; unchanged if it isn't there. @throws {ObjectTextError} */
  without(path: readonly string[]): string {
    if (this.get(path) === undefined) return this.text;
    return this.#checked(removeMember(this.text, path), withoutMember(this.value, path));
  }

  #checked(text: string, expected: Json): string {
    let found: unknown;
    try {
      found = JSON5.parse(text);
    } catch (error) {
      throw new ObjectTextError('the change would damage it', { cause: error });
    }
    if (!isDeepStrictEqual(found, expected)) throw new ObjectTextError('the change would change more');
    return text;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withMember(object: Json, [key = '', ...rest]: readonly string[], value: Json): Json {
  if (rest.length === 0) return { ...object, [key]: value };
  const below = object[key] ?? {};
  if (!isObject(below)) throw new ObjectTextError(`${key} is no object`);
  return { ...object, [key]: withMember(below, rest, value) };
}

function withoutMember(object: Json, [key = '', ...rest]: readonly string[]): Json {
  const { [key]: below, ...others } = object;
  if (rest.length === 0 || !isObject(below)) return others;
  return { ...object, [key]: withoutMember(below, rest) };
}

function setMember(text: string, path: readonly string[], value: Json): string {
  let object = readObject(text);
  for (const [depth, key] of path.entries()) {
    const member = object.members.findLast((one) => one.key === key);
    const isLast = depth === path.length - 1;
    if (member === undefined) {
      // The objects that are missing are added with the member.
      const nested = path.slice(depth + 1).reduceRight<Json>((inner, name) => ({ [name]: inner }), value);
      return insert(text, object, key, nested);
    }
    if (isLast) return text.slice(0, member.value) + render(text, object, value) + text.slice(member.to);
    if (member.object === undefined) throw new ObjectTextError(`${key} is no object`);
    object = member.object;
  }
  throw new ObjectTextError('no path');
}

/** Inserts a member after the last one. */
function insert(text: string, object: ObjectText, key: string, value: Json): string {
  const { open, close, members } = object;
  const last = members.at(-1);
  const name = JSON.stringify(key);
  const [newline, end] = [newlineOf(text), closingIndent(text, object)];
  if (isOnOneLine(text, object)) {
    const shown = `${name}:${render(text, object, value)}`;
    if (last === undefined) return text.slice(0, open + 1) + shown + text.slice(open + 1);
    const comma = commaAfter(text, last.to);
    return comma === undefined
      ? `${text.slice(0, last.to)},${shown}${text.slice(last.to)}`
      : `${text.slice(0, comma + 1)}${shown},${text.slice(comma + 1)}`;
  }
  const shown = `${name}: ${render(text, object, value)}`;
  if (last === undefined)
    return `${text.slice(0, open + 1)}${newline}${end}${unit(text)}${shown}${newline}${end}${text.slice(open + 1).trimStart()}`;
  const comma = commaAfter(text, last.to);
  const before = text.slice(0, last.to) + (comma === undefined ? ',' : '') + text.slice(last.to, close).trimEnd();
  return `${before}${newline}${indentOf(text, last, end + unit(text))}${shown}${comma === undefined ? '' : ','}${newline}${end}${text.slice(close)}`;
}

/** Reports whether an object is written on one line: it has members there, or the whole text is one line. */
function isOnOneLine(text: string, { open, close, members }: ObjectText): boolean {
  return members.length > 0 ? !text.slice(open, close).includes('\n') : !/\n|^\s*\{\s*\}\s*$/.test(text);
}

function removeMember(text: string, path: readonly string[]): string {
  let object = readObject(text);
  for (const [depth, key] of path.entries()) {
    const index = object.members.findLastIndex((one) => one.key === key);
    const member = object.members[index];
    if (member === undefined) throw new ObjectTextError('no member');
    if (depth === path.length - 1) return cut(text, object, index);
    if (member.object === undefined) throw new ObjectTextError(`${key} is no object`);
    object = member.object;
  }
  throw new ObjectTextError('no path');
}

function cut(text: string, { members }: ObjectText, index: number): string {
  const member = members[index];
  const before = members[index - 1];
  if (member === undefined) return text;
  const comma = commaAfter(text, member.to);
  const end = comma === undefined ? member.to : comma + 1;
  const line = /[ \t]*$/.exec(text.slice(0, member.from))?.[0].length ?? 0;
  const isOwnLine = /(?:^|\n)[ \t]*$/.test(text.slice(0, member.from)) && /^[ \t]*\r?\n/.test(text.slice(end));
  const from = isOwnLine ? member.from - line : member.from;
  const rest = isOwnLine ? text.slice(end).replace(/^[ \t]*\r?\n/, '') : text.slice(end);
  const head = text.slice(0, from);
  if (comma !== undefined || before === undefined) return head + rest;
  // The comma before the last member goes along.
  const separator = commaAfter(text, before.to);
  if (separator === undefined) throw new ObjectTextError('no comma');
  return head.slice(0, separator) + head.slice(separator + 1) + rest;
}

/** Shows a value as it stands in an object of the text: on one line if the object does. */
function render(text: string, object: ObjectText, value: Json): string {
  if (isOnOneLine(text, object)) return JSON.stringify(value);
  const indent = closingIndent(text, object) + unit(text);
  return JSON.stringify(value, undefined, unit(text)).replaceAll('\n', newlineOf(text) + indent);
}

function newlineOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** Returns the blanks of one step in the text. */
function unit(text: string): string {
  return /\{[^\S\n]*\n([ \t]+)\S/.exec(text.replaceAll('\r', ''))?.[1] ?? '  ';
}

/** Returns the blanks before the line in which an object ends. */
function closingIndent(text: string, { open, close }: ObjectText): string {
  const at = text.slice(open, close).includes('\n') ? close : open;
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** Returns the blanks before a member that begins its line. */
function indentOf(text: string, { from }: Member, otherwise: string): string {
  return /(?:^|\n)([ \t]*)$/.exec(text.slice(0, from))?.[1] ?? otherwise;
}

/** Returns the place of the comma after a value; undefined if the object ends. */
function commaAfter(text: string, at: number): number | undefined {
  const next = skipBlank(text, at);
  return text[next] === ',' ? next : undefined;
}

/** Reads the places of an object's members. The text is known to be valid. */
function readObject(text: string, start = skipBlank(text, 0)): ObjectText {
  const members: Member[] = [];
  if (text[start] !== '{') throw new ObjectTextError('it is no object');
  let at = skipBlank(text, start + 1);
  while (text[at] !== '}') {
    if (at >= text.length) throw new ObjectTextError('it has no end');
    const from = at;
    const keyEnd = skipValue(text, at, /[\s:/]/);
    const written = text.slice(from, keyEnd);
    const key = /^["']/.test(written)
      ? JSON5.parse<string>(written)
      : (Object.keys(JSON5.parse<Json>(`{${written}:0}`))[0] ?? '');
    const value = skipBlank(text, skipBlank(text, keyEnd) + 1);
    const object = text[value] === '{' ? readObject(text, value) : undefined;
    const to = object === undefined ? skipValue(text, value, /[\s,}\]/]/) : object.close + 1;
    members.push({ key, from, value, to, object });
    at = skipBlank(text, to);
    if (text[at] === ',') at = skipBlank(text, at + 1);
  }
  return { open: start, close: at, members };
}

/** Returns the place after blanks and comments. */
function skipBlank(text: string, start: number): number {
  let at = start;
  for (;;) {
    if (text.startsWith('//', at)) {
      const end = /[\n\r\u2028\u2029]/.exec(text.slice(at));
      at = end === null ? text.length : at + end.index;
    } else if (text.startsWith('/*', at)) at = text.indexOf('*/', at + 2) + 2;
    else if (/[\s\uFEFF]/.test(text[at] ?? '')) at += 1;
    else return at;
  }
}

/** Returns the place after a value other than an object, or after a key. */
function skipValue(text: string, start: number, end: RegExp): number {
  const first = text[start];
  if (first === '"' || first === "'") {
    let at = start + 1;
    while (at < text.length && text[at] !== first) at += text[at] === '\\' ? 2 : 1;
    return at + 1;
  }
  if (first === '[') {
    let at = skipBlank(text, start + 1);
    while (at < text.length && text[at] !== ']') {
      at = text[at] === '{' ? readObject(text, at).close + 1 : skipValue(text, at, /[\s,}\]/]/);
      at = skipBlank(text, at);
      if (text[at] === ',') at = skipBlank(text, at + 1);
    }
    return at + 1;
  }
  let at = start;
  while (at < text.length && !end.test(text[at] ?? '')) at += 1;
  if (at === start) throw new ObjectTextError('it can not be read');
  return at;
}
