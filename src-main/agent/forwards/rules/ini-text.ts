import { plainKey } from '#shared/visible-text/index.ts';

/** Value of a key; `line` is counted from 1. */
export type IniValue = Readonly<{ line: number; text: string }>;

/** Section of an INI text. */
export type IniSection = Readonly<{
  /** Line of its heading, counted from 1. */
  line: number;
  name: string;
  /** Values by lower-case key. */
  values: ReadonlyMap<string, IniValue>;
  /** True if a line of the section has an error, so a missing key may have been meant there. */
  damaged: boolean;
}>;

/** Error in a line; `code` is an entry of `ERROR_TEXTS`. `key`: the faulty key, if the line has one. */
export type IniError = Readonly<{
  line: number;
  key: string | null;
  code: string;
  details: Readonly<Record<string, string | number>>;
}>;

/** Most sections that are read; a device can't hold more rules. */
const MOST_SECTIONS = 256;
/** Most errors that are reported. */
export const MOST_ERRORS = 100;

/**
 * Parses the syntax of the INI form of forwards, for their import: sections in brackets, `key = value`, comment lines that begin with `#` or `;`.
 * Continues after an error and reports each faulty line, up to `MOST_ERRORS`; common INI libraries don't keep line numbers. Pure.
 */
export function readIni(text: string): Readonly<{ sections: readonly IniSection[]; errors: readonly IniError[] }> {
  const sections: (Omit<IniSection, 'values' | 'damaged'> & { values: Map<string, IniValue>; damaged: boolean })[] = [];
  const errors: IniError[] = [];
  const names = new Set<string>();
  // The section of a heading that is wrong is read on, so that its keys are not reported as well.
  let current: (typeof sections)[number] | undefined;
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    const content = trim(raw);
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue;
    const fail = (code: string, key: string | null, details: IniError['details'] = {}): void => {
      if (current !== undefined) current.damaged = true;
      if (errors.length < MOST_ERRORS) errors.push({ line, key, code, details });
    };
    if (content.startsWith('[')) {
      const name = content.length > 2 && content.endsWith(']') ? unquote(trim(content.slice(1, -1))) : undefined;
      current = { line, name: name ?? '', values: new Map(), damaged: false };
      if (!name) fail('ini.heading', null, { text: shorten(content) });
      else if (sections.length >= MOST_SECTIONS) fail('ini.too-many', null, { most: MOST_SECTIONS });
      else if (names.has(plainKey(name))) fail('ini.section-twice', null, { name: shorten(name) });
      else {
        names.add(plainKey(name));
        sections.push(current);
      }
      continue;
    }
    const [, written = '', rest = ''] = /^([^=]*)=(.*)$/s.exec(content) ?? [];
    const key = trim(written).toLowerCase();
    const value = unquote(trim(rest));
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(key)) fail('ini.line', null, { text: shorten(content) });
    else if (current === undefined) fail('ini.outside', key, { key });
    else if (current.values.has(key)) fail('ini.key-twice', key, { key });
    else if (value === undefined) fail('ini.quotes', key, { key });
    else current.values.set(key, { line, text: value });
  }
  return { sections, errors };
}

/** Writes sections so that `readIni` returns the same names, keys and values. Pure. */
export function writeIni(
  sections: readonly Readonly<{
    name: string;
    comments?: readonly string[];
    values: readonly (readonly [key: string, value: string])[];
  }>[],
): string {
  return sections
    .map(({ name, comments = [], values }) =>
      [
        ...comments.map((comment) => `# ${comment.replaceAll(/\p{Cc}+/gu, ' ')}`),
        `[${quote(name)}]`,
        ...values.map(([key, value]) => `${key} = ${quote(value)}`),
        '',
      ].join('\n'),
    )
    .join('\n');
}

/** Removes blanks and tabs at both ends; other white space may belong to a name or path. */
function trim(text: string): string {
  return text.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');
}

/** Reads a text in double quotes as JSON, other texts as they are; undefined if the quotes are invalid. */
function unquote(text: string): string | undefined {
  if (!text.startsWith('"')) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function quote(text: string): string {
  const isPlain = text !== '' && trim(text) === text && !text.startsWith('"') && !/\p{Cc}/u.test(text);
  return isPlain ? text : JSON.stringify(text);
}

/** Shortens a line for an error text. */
function shorten(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
