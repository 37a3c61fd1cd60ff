import { openClawError } from './errors.ts';
import { MAX_PROMPT_CHARACTERS } from './limits.ts';

const PLACE = /\{\{([A-Za-z][A-Za-z0-9_]{0,63})\}\}/g;

export type Values = Readonly<Record<string, unknown>>;

/** Returns the names of a template's fields, each once. */
export function templateFields(template: string): readonly string[] {
  return [...new Set([...template.matchAll(PLACE)].map(([, name]) => name ?? ''))];
}

/**
 * Replaces the fields `{{name}}` of a template by values, as text, once; a field inside a value stays text.
 * @throws {OpenClawError} `remote.workflow-params`: a field without a value, or a value that isn't a string, number or
 *   boolean
 */
export function fillTemplate(template: string, values: Values): string {
  const filled = template.replaceAll(PLACE, (_place, name: string) => valueOf(values, name));
  if (filled.length > MAX_PROMPT_CHARACTERS)
    throw wrong(`the text would be longer than ${MAX_PROMPT_CHARACTERS} characters`);
  return filled;
}

/** Fills every string inside `params`; leaves property names unchanged. @throws as `fillTemplate` */
export function fillParams(params: unknown, values: Values): unknown {
  if (typeof params === 'string') return fillTemplate(params, values);
  if (Array.isArray(params)) return params.map((item) => fillParams(item, values));
  if (typeof params !== 'object' || params === null) return params;
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key, fillParams(value, values)]));
}

/** Returns the fields in all strings inside `params`. */
export function placesIn(params: unknown): readonly string[] {
  if (typeof params === 'string') return templateFields(params);
  if (typeof params !== 'object' || params === null) return [];
  return [...new Set(Object.values(params).flatMap((value) => placesIn(value)))];
}

/** Rejects values without a field. @throws {OpenClawError} `remote.workflow-params` */
export function checkValues(places: readonly string[], values: Values): void {
  const unknown = Object.keys(values).find((name) => !places.includes(name));
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
