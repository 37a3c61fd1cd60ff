import { type AuditEntry } from '#shared/app-api/index.ts';
import { errorText } from '#shared/locales/index.ts';
import { cutText } from '#shared/visible-text/index.ts';
import { causeHere, explainCode, text } from '../../../locale/index.ts';
import { quoteUntrusted, showHidden } from '../../../ui/index.ts';

/** Most characters of a field that a sentence shows; the number of the others is added. */
const MOST_SHOWN = 1000;

/**
 * Reads the fields of an audit entry by name. An entry may come from a later version or a damaged log, so a missing field or one of another type
 * counts as absent. `auditText` creates one for each entry.
 */
export class AuditFields {
  readonly #fields: AuditEntry['fields'];

  constructor(entry: AuditEntry) {
    this.#fields = entry.fields;
  }

  /** Returns a text field unchanged; empty if absent. */
  raw(name: string): string {
    const value = this.#fields[name];
    return typeof value === 'string' ? value : '';
  }

  /** Returns a number field; undefined if absent. */
  number(name: string): number | undefined {
    const value = this.#fields[name];
    return typeof value === 'number' ? value : undefined;
  }

  isTrue(name: string): boolean {
    return this.#fields[name] === true;
  }

  isFalse(name: string): boolean {
    return this.#fields[name] === false;
  }

  /** Returns a text field quoted as untrusted text, shortened to 1000 characters. */
  untrusted(name: string): string {
    return quoteUntrusted(cutText(this.raw(name), MOST_SHOWN));
  }

  /** Name of the entry's peer, quoted, or a text that says the name is unknown. */
  get peer(): string {
    const name = this.untrusted('name');
    return name === '' ? text('audit.unknown-name') : name;
  }

  /** Explains the error code in a field; an unknown code is returned unchanged. Undefined if the field is absent. */
  problem(name: string): string | undefined {
    const code = this.raw(name);
    if (code === '') return undefined;
    const here = causeHere(code);
    if (here !== undefined) return here;
    const { what } = explainCode(code, code);
    const words = what === '' || what === code ? showHidden(code) : what;
    return words.replace(/\.$/, '');
  }
}

/**
 * Adds the explanation of the entry's error code to a sentence: `format(problem)`, or `plain` for a code without a text.
 * @param field name of the field with the code
 */
export function withProblem(
  fields: AuditFields,
  plain: string,
  format: (problem: string) => string,
  field = 'code',
): string {
  const code = fields.raw(field);
  // Without a text the code says nothing to a person.
  const known = code !== '' && errorText(code, '').what !== '';
  const problem = known ? fields.problem(field) : undefined;
  return problem === undefined ? plain : format(problem);
}
