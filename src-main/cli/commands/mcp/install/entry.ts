import { ClawReachError } from '#shared/errors.ts';
import { ObjectTextError, SettingsText } from './object-text.ts';
import type { ServerEntry, SettingsPlace } from './programs.ts';
import type { SettingsFile } from './settings-file.ts';
import { tomlArray, tomlInline, tomlString, TomlText } from './toml-text.ts';

/** Result of a change that wasn't written yet: the new text; undefined if the file has the entry already, or hasn't it any more. */
export type EntryChange = Readonly<{ text: string | undefined }>;

/**
 * Puts our entry into the text of a settings file, or removes it. Of an entry that is there, only the command is replaced.
 * @param entry undefined removes it
 * @throws {ClawReachError} `mcp.file` if the text is damaged; `mcp.taken` if the entry starts another program; `mcp.form` if the entry can't be changed
 * without changing the rest
 */
export function changeEntry(file: SettingsFile, place: SettingsPlace, entry: ServerEntry | undefined): EntryChange {
  const { path } = place;
  const text = file.text ?? '';
  let settings: SettingsText | TomlText;
  try {
    settings = place.form === 'toml' ? new TomlText(text) : readObject(text, place.form);
  } catch (error) {
    throw refused(error, 'mcp.file', path);
  }
  try {
    const changed =
      settings instanceof TomlText ? changeToml(settings, place, entry) : changeObject(settings, place, entry);
    return { text: changed === text || (changed.trim() === '{}' && text.trim() === '') ? undefined : changed };
  } catch (error) {
    throw refused(error, 'mcp.form', path);
  }
}

function readObject(text: string, form: 'json' | 'json5'): SettingsText {
  return new SettingsText(text.trim() === '' ? '{}\n' : text, { isStrict: form === 'json' });
}

function changeObject(
  settings: SettingsText,
  { at, path, extra = {} }: SettingsPlace,
  entry: ServerEntry | undefined,
): string {
  const found = settings.get(at);
  if (found !== undefined) requireOurs(found, path);
  if (entry === undefined) return settings.without(at);
  const { env: _environment, ...others } = (found ?? {}) as Record<string, unknown>;
  const next = { ...extra, ...others, ...entry };
  return JSON.stringify(found) === JSON.stringify(next) ? settings.text : settings.with(at, next);
}

function changeToml(
  settings: TomlText,
  { at, path, extra = {} }: SettingsPlace,
  entry: ServerEntry | undefined,
): string {
  const found = settings.get(at);
  if (found !== undefined) requireOurs({ args: quoted(found.get('args') ?? '') }, path);
  if (entry === undefined) return settings.without(at);
  const lines = new Map([
    ['command', `command = ${tomlString(entry.command)}`],
    ['args', `args = ${tomlArray(entry.args)}`],
    ...(entry.env === undefined ? [] : [['env', `env = ${tomlInline(entry.env)}`] as const]),
    // A person may have set another one.
    ...Object.entries(extra)
      .filter(([name]) => found?.has(name) !== true)
      .map(([name, value]) => [name, `${name} = ${typeof value === 'number' ? value : tomlString(value)}`] as const),
  ]);
  const isThere = [...lines].every(([name, line]) => found?.get(name)?.trim() === line);
  return isThere ? settings.text : settings.with(at, lines);
}

/** Returns the texts in quotes. */
function quoted(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g)].map(([, basic, literal]) => basic ?? literal ?? '');
}

/** Checks that an entry starts `clawreach mcp`. @throws {ClawReachError} `mcp.taken` */
function requireOurs(found: unknown, path: string): void {
  const args = (found as Readonly<{ args?: unknown }> | null)?.args;
  const words: readonly unknown[] = Array.isArray(args) ? args : [];
  const at = words.indexOf('mcp');
  if (at < 0 || words[at + 1] !== '--agent')
    throw new ClawReachError('mcp.taken', 'the entry is of another program', { details: { path } });
}

function refused(error: unknown, code: 'mcp.file' | 'mcp.form', path: string): unknown {
  if (!(error instanceof ObjectTextError)) return error;
  return new ClawReachError(code, error.message, { details: { path, reason: error.message }, cause: error });
}
