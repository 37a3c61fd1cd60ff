import { type AuditEntry } from '#shared/app-api/index.ts';
import { errorText } from '#shared/locales/index.ts';
import { cutText } from '#shared/visible-text/index.ts';
import { causeHere, explainCode, text } from '../../../locale/index.ts';
import { quoteUntrusted, showHidden } from '../../../ui/index.ts';

/** Characters of a field in a sentence; what is beyond is counted. */
const MOST_SHOWN = 1000;

/** Fields may be of a later version, or of a damaged log: nothing is taken for granted. */
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

  /** Somebody else's word. */
  untrusted(name: string): string {
    return quoteUntrusted(cutText(this.raw(name), MOST_SHOWN));
  }

  get peer(): string {
    const name = this.untrusted('name');
    return name === '' ? text('audit.unknown-name') : name;
  }

  /** What a code means; an unknown one as it is. */
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

/** With why, where there is a word for it. */
export function withProblem(
  fields: Fields,
  plain: string,
  format: (problem: string) => string,
  field = 'code',
): string {
  const code = fields.raw(field);
  // Only codes that have a text say more than the code itself.
  const known = code !== '' && errorText(code, '').what !== '';
  const problem = known ? fields.problem(field) : undefined;
  return problem === undefined ? plain : format(problem);
}
