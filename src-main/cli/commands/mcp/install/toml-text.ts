import { ObjectTextError } from './object-text.ts';

/** Line or lines of a TOML text: header of a table, or key and value. */
type Item = Readonly<{ kind: 'table' | 'pair'; path: readonly string[]; isArray: boolean; from: number; to: number }>;
/** Table of a TOML text, from its header to its last pair. */
type Table = Readonly<{
  path: readonly string[];
  isArray: boolean;
  from: number;
  head: number;
  to: number;
  pairs: readonly Item[];
}>;

const BARE = /[A-Za-z0-9_-]/;

/**
 * Text of a settings file in TOML. One table of a name is set or removed in the text; all else stays byte for byte. Knows the structure of TOML: comments,
 * strings of all four kinds, arrays over several lines, dotted and quoted keys. Values themselves aren't read.
 */
export class TomlText {
  readonly text: string;
  readonly #tables: readonly Table[];

  /** @throws {ObjectTextError} if the text can't be read */
  constructor(text: string) {
    this.text = text;
    this.#tables = tablesOf(text);
  }

  /** Returns the texts of the pairs of a table by their keys; undefined if there is no such table. */
  get(path: readonly string[]): ReadonlyMap<string, string> | undefined {
    this.#requireTables(path);
    const table = this.#tables.find((one) => isSame(one.path, path));
    if (table === undefined) return undefined;
    return new Map(
      table.pairs.map((pair) => [pair.path.slice(path.length).join('.'), this.text.slice(pair.from, pair.to)]),
    );
  }

  /**
   * Returns the text with the given lines in the table, in place of pairs and tables of the same keys; other pairs of the table stay.
   * @throws {ObjectTextError} if it is written in a form other than tables
   */
  with(path: readonly string[], lines: ReadonlyMap<string, string>): string {
    this.#requireTables(path);
    const newline = this.text.includes('\r\n') ? '\r\n' : '\n';
    const shown = [...lines.values()].map((line) => line + newline).join('');
    const table = this.#tables.find((one) => isSame(one.path, path));
    if (table === undefined) {
      const gap = this.text === '' ? '' : (this.text.endsWith('\n') ? '' : newline) + newline;
      return checked(`${this.text}${gap}[${path.map(keyText).join('.')}]${newline}${shown}`);
    }
    const gone = [
      ...table.pairs.filter((pair) => lines.has(pair.path[path.length] ?? '')),
      ...this.#tables.filter(
        (one) => one.path.length > path.length && isBelow(one.path, path) && lines.has(one.path[path.length] ?? ''),
      ),
    ];
    // A header that ends the text has no end of line.
    const begin = this.text.slice(0, table.head).endsWith('\n') ? '' : newline;
    return checked(edited(this.text, [...gone, { from: table.head, to: table.head, text: begin + shown }]));
  }

  /** Returns the text without the table and those below it. @throws {ObjectTextError} as `with` */
  without(path: readonly string[]): string {
    this.#requireTables(path);
    return checked(
      edited(
        this.text,
        this.#tables.filter((one) => isBelow(one.path, path)),
      ),
    );
  }

  /** @throws {ObjectTextError} if something of the table is written in another form: inline, dotted, or as an array */
  #requireTables(path: readonly string[]): void {
    for (const table of this.#tables) {
      const isOurs = isSame(table.path, path) || isBelow(table.path, path);
      if (table.isArray && (isOurs || isBelow(path, table.path)))
        throw new ObjectTextError('it is written as an array');
      for (const pair of table.pairs)
        if (!isOurs && (isBelow(pair.path, path) || isBelow(path, pair.path)))
          throw new ObjectTextError('it is written inline');
    }
  }
}

/** Returns a text as a string of TOML. */
export function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}

/** Returns texts as an array of TOML. */
export function tomlArray(texts: readonly string[]): string {
  return `[${texts.map(tomlString).join(', ')}]`;
}

/** Returns values by name as an inline table of TOML. */
export function tomlInline(values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(values).map(([name, value]) => `${keyText(name)} = ${tomlString(value)}`);
  return `{ ${pairs.join(', ')} }`;
}

function keyText(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : tomlString(key);
}

function checked(text: string): string {
  tablesOf(text);
  return text;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && isBelow(one, other);
}

/** Reports whether a path is another one, or below it. */
function isBelow(path: readonly string[], above: readonly string[]): boolean {
  return above.every((key, index) => path[index] === key);
}

/** Returns a text with ranges of whole lines removed, or replaced by their text. */
function edited(text: string, ranges: readonly Readonly<{ from: number; to: number; text?: string }>[]): string {
  let result = '';
  let at = 0;
  for (const range of [...ranges].sort((one, other) => one.from - other.from)) {
    result += text.slice(at, Math.max(at, range.from)) + (range.text ?? '');
    at = Math.max(at, range.to);
  }
  return result + text.slice(at);
}

function tablesOf(text: string): readonly Table[] {
  const tables: Table[] = [{ path: [], isArray: false, from: 0, head: 0, to: 0, pairs: [] }];
  for (const item of itemsOf(text)) {
    const last = tables.at(-1);
    if (item.kind === 'table' || last === undefined) {
      const { path, isArray, from, to } = item;
      if (!isArray && tables.some((one) => !one.isArray && one.path.length > 0 && isSame(one.path, path)))
        throw new ObjectTextError('a table is there twice');
      tables.push({ path, isArray, from, head: to, to, pairs: [] });
    } else {
      const pair = { ...item, path: [...last.path, ...item.path] };
      tables[tables.length - 1] = { ...last, to: item.to, pairs: [...last.pairs, pair] };
    }
  }
  return tables;
}

function* itemsOf(text: string): Generator<Item> {
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const from = at;
    at = skipBlanks(text, at);
    if (at >= text.length) return;
    if (text[at] === '#' || isLineEnd(text, at)) {
      at = lineEnd(text, at);
      continue;
    }
    if (text[at] === '[') {
      const isArray = text[at + 1] === '[';
      const key = readKey(text, at + (isArray ? 2 : 1));
      const close = isArray ? ']]' : ']';
      if (!text.startsWith(close, key.to)) throw damaged();
      at = endOfItem(text, key.to + close.length);
      yield { kind: 'table', path: key.path, isArray, from, to: at };
      continue;
    }
    const key = readKey(text, at);
    if (text[key.to] !== '=') throw damaged();
    at = endOfItem(text, skipValue(text, skipBlanks(text, key.to + 1)));
    yield { kind: 'pair', path: key.path, isArray: false, from, to: at };
  }
}

/** Reads a key with its dots; `to` is the place after it and the blanks. */
function readKey(text: string, start: number): Readonly<{ path: readonly string[]; to: number }> {
  const path: string[] = [];
  let at = start;
  for (;;) {
    at = skipBlanks(text, at);
    const from = at;
    if (text[at] === '"' || text[at] === "'") {
      if (text.startsWith('"""', at) || text.startsWith("'''", at)) throw damaged();
      at = skipString(text, at);
      const written = text.slice(from, at);
      path.push(written.startsWith("'") ? written.slice(1, -1) : unescaped(written));
    } else {
      while (BARE.test(text[at] ?? '')) at += 1;
      if (at === from) throw damaged();
      path.push(text.slice(from, at));
    }
    at = skipBlanks(text, at);
    if (text[at] !== '.') return { path, to: at };
    at += 1;
  }
}

function unescaped(written: string): string {
  try {
    return JSON.parse(written) as string;
  } catch (error) {
    throw new ObjectTextError('a key can not be read', { cause: error });
  }
}

/** Returns the place after a value. */
function skipValue(text: string, start: number): number {
  const first = text[start] ?? '';
  if (first === '"' || first === "'") return skipString(text, start);
  if (first === '[' || first === '{') {
    const close = first === '[' ? ']' : '}';
    let at = skipAll(text, start + 1);
    while (text[at] !== close) {
      if (at >= text.length) throw damaged();
      if (first === '{') {
        const key = readKey(text, at);
        if (text[key.to] !== '=') throw damaged();
        at = skipBlanks(text, key.to + 1);
      }
      at = skipAll(text, skipValue(text, at));
      if (text[at] === ',') at = skipAll(text, at + 1);
      else if (text[at] !== close) throw damaged();
    }
    return at + 1;
  }
  let at = start;
  // A number, a time with a blank in it, or a word.
  while (
    /[A-Za-z0-9+\-.:_]/.test(text[at] ?? '') ||
    (text[at] === ' ' && /^\d{4}-\d\d-\d\d \d\d:/.test(text.slice(start, at + 4)))
  )
    at += 1;
  if (at === start) throw damaged();
  return at;
}

function skipString(text: string, start: number): number {
  const quote = text[start] ?? '';
  const isLong = text.startsWith(quote.repeat(3), start);
  const end = isLong ? quote.repeat(3) : quote;
  let at = start + end.length;
  while (!text.startsWith(end, at)) {
    if (at >= text.length || (!isLong && isLineEnd(text, at))) throw damaged();
    at += quote === '"' && text[at] === '\\' ? 2 : 1;
  }
  at += end.length;
  // Up to two quotes may stand before the end of a long string.
  return isLong ? at + (/^["']*/.exec(text.slice(at, at + 2))?.[0].length ?? 0) : at;
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at;
}

/** Returns the place after blanks, ends of lines and comments. */
function skipAll(text: string, start: number): number {
  let at = skipBlanks(text, start);
  while (at < text.length && (text[at] === '#' || isLineEnd(text, at))) at = skipBlanks(text, lineEnd(text, at));
  return at;
}

/** Returns the beginning of the line after an item. */
function endOfItem(text: string, start: number): number {
  const at = skipBlanks(text, start);
  if (at < text.length && text[at] !== '#' && !isLineEnd(text, at)) throw damaged();
  return lineEnd(text, at);
}

function isLineEnd(text: string, at: number): boolean {
  return text[at] === '\n' || text.startsWith('\r\n', at);
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

function damaged(): ObjectTextError {
  return new ObjectTextError('it can not be read');
}
