import { createHash } from 'node:crypto';
import type { GatewayRequestView } from '#shared/app-api/index.ts';
import { cleanName, showDetail } from '#shared/visible-text/index.ts';

/** A request as a gateway has put it, cleaned: all of a view that does not depend on who looks. */
export type ParsedRequest = Readonly<
  Omit<GatewayRequestView, 'key' | 'gateway' | 'gatewayName' | 'missingScopes'> & {
    /** Scopes that a yes needs. */
    needs: readonly string[];
    /** Digest of everything that matters, uncleaned. */
    digest: string;
  }
>;

/** Characters of one command, folder or text. */
const LONGEST = 65_536;
/** Room for the count of what is left out. */
const COUNT = 100;
const LONGEST_WORD = 256;
const MOST_WORDS = 256;
const MOST_ARGUMENTS = 1024;

/** Whether something was left out of what is shown: then nobody may say yes. */
export class Cleaner {
  isWhole = true;

  /** A word or line that has to be seen to the end. */
  line(text: string | null | undefined, most = 4000): string | null {
    if (text === null || text === undefined || text === '') return null;
    const shown = showDetail(text, most);
    if (!shown.isWhole) this.isWhole = false;
    return shown.text;
  }

  /** A text of several lines. */
  lines(text: string | null | undefined, most = LONGEST): string | null {
    if (text === null || text === undefined || text === '') return null;
    let shown = '';
    let taken = 0;
    for (const [row, ending = ''] of text.slice(0, most).matchAll(/[^\n]*?(\r?\n|$)/gu)) {
      const room = most - COUNT - shown.length;
      const line = showDetail(row.slice(0, row.length - ending.length), Math.max(0, room - 1));
      if (room < 1 || !line.isWhole) {
        // The mark for what is left out belongs behind the last line.
        this.isWhole = false;
        return shown + showDetail(text.slice(taken), Math.max(0, room)).text;
      }
      shown += line.text + (ending === '' ? '' : '\n');
      taken += row.length;
    }
    if (taken < text.length) this.isWhole = false;
    return taken === text.length ? shown : `${shown} … ⟨and ${text.length - taken} more characters⟩`;
  }

  words(all: readonly string[], most = LONGEST_WORD): string[] {
    const unique = [...new Set(all)];
    if (unique.length > MOST_WORDS) this.isWhole = false;
    return unique.slice(0, MOST_WORDS).map((word) => this.line(word, most) ?? '');
  }

  arguments(argv: readonly string[] | null | undefined): string[] {
    if (argv === null || argv === undefined) return [];
    const shown = argv.length > MOST_ARGUMENTS ? [] : argv.map((word) => this.lines(word) ?? '');
    const length = shown.reduce((sum, word) => sum + word.length, 0);
    if (argv.length <= MOST_ARGUMENTS && length <= LONGEST) return shown;
    this.isWhole = false;
    return [];
  }
}

/** A name for people; where nothing is left of it, the beginning of an id. */
export function nameOr(name: string | null | undefined, id: string): string {
  return cleanName(name ?? '') || cleanName(id).slice(0, 12);
}

/** The same for equal values only. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32);
}

/** What is too much to be shown can only be refused. */
export function decisionsFor(
  isWhole: boolean,
  offered: GatewayRequestView['decisions'],
): GatewayRequestView['decisions'] {
  return isWhole && offered.length > 0 ? [...offered] : ['reject'];
}
