import { openClawError } from './errors.ts';
import { MAX_PROMPT_CHARACTERS } from './limits.ts';

const FIELD = /\{\{([A-Za-z][A-Za-z0-9_]{0,63})\}\}/g;

/** Values for the fields of a workflow, by name. */
export type Values = Readonly<Record<string, unknown>>;

/**
 * Returns the names of the fields `{{name}}` in a workflow's template, each once. The agent fills workflows with the functions of this file when it
 * lists or starts them. Pure, like this whole file.
 */
export function templateFields(template: string): readonly string[] {
  return [...new Set([...template.matchAll(FIELD)].map(([, name]) => name ?? ''))];
}

/**
 * Replaces each field `{{name}}` of a template by its value as text. A field inside a value isn't replaced.
 * @throws {OpenClawError} `remote.workflow-params` for a field without a value, a value that isn't a string, number or boolean, or a result that is
 *   too long
 */
export function fillTemplate(template: string, values: Values): string {
  const filled = template.replaceAll(FIELD, (_field, name: string) => valueOf(values, name));
  if (filled.length > MAX_PROMPT_CHARACTERS)
    throw wrong(`the text would be longer than ${MAX_PROMPT_CHARACTERS} characters`);
  return filled;
}

/** Fills every string in the params of a gateway method, at any depth; leaves property names unchanged. @throws {OpenClawError} as `fillTemplate` */
export function fillParams(params: unknown, values: Values): unknown {
  if (typeof params === 'string') return fillTemplate(params, values);
  if (Array.isArray(params)) return params.map((item) => fillParams(item, values));
  if (typeof params !== 'object' || params === null) return params;
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key, fillParams(value, values)]));
}

/** Returns the names of the fields in all strings of a gateway method's params, each once. */
export function fieldsIn(params: unknown): readonly string[] {
  if (typeof params === 'string') return templateFields(params);
  if (typeof params !== 'object' || params === null) return [];
  return [...new Set(Object.values(params).flatMap((value) => fieldsIn(value)))];
}

/** Rejects values for which there is no field. @throws {OpenClawError} `remote.workflow-params` */
export function checkValues(fields: readonly string[], values: Values): void {
  const unknown = Object.keys(values).find((name) => !fields.includes(name));
  if (unknown !== undefined) throw wrong(`there is no place "${unknown.slice(0, 64)}"`);
}

function valueOf(values: Values, name: string): string {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw wrong(value === undefined ? `"${name}" is missing` : `"${name}" is no text`);
}

function wrong(message: string): Error {
  return openClawError('remote.workflow-params', message, { message });
}
