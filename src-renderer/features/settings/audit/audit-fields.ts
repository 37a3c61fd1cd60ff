import { type AuditEntry } from '#shared/app-api/index.ts';
import { errorText } from '#shared/locales/index.ts';
import { cutText } from '#shared/visible-text/index.ts';
import { causeHere, explainCode, text } from '../../../locale/index.ts';
import { quoteUntrusted, showHidden } from '../../../ui/index.ts';

/** Characters of a field shown in a sentence; the rest is counted. */
const MOST_SHOWN = 1000;

/** Reads an audit entry's fields safely: the entry may come from a later version or a damaged log. */
export class Fields {
  readonly #fields: AuditEntry['fields'];

  constructor(entry: AuditEntry) {
    this.#fields = entry.fields;
  }

  raw(name: string): string {
    const value = this.#fields[name];
    return typeof value === 'string' ? value : '';
  }

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

  /** Returns a field as untrusted text, quoted. */
  untrusted(name: string): string {
    return quoteUntrusted(cutText(this.raw(name), MOST_SHOWN));
  }

  get peer(): string {
    const name = this.untrusted('name');
    return name === '' ? text('audit.unknown-name') : name;
  }

  /** Explains a code; an unknown one is returned unchanged. */
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

/** Adds the problem of a code that has a text. */
export function withProblem(
  fields: Fields,
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
