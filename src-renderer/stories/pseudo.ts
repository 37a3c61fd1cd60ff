import { ERROR_TEXTS, type ErrorText } from '#shared/app-api/index.ts';
import { EN } from '../i18n/en/index.ts';
import type { LanguageFile } from '../i18n/index.ts';

/** A language that nobody speaks: English with accents, in brackets, and longer by two fifths, as German is. What is plain in it has no catalogue. */
export const PSEUDO = 'en-XA';

const ACCENTED: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...'aåbƀcçdðeéfƒgĝhĥiîjĵkķlļmɱnñoöpþqǫrŕsštţuûvṽwŵxẋyýzžAÅBƁCÇDÐEÉFƑGĜHĤIÎJĴKĶLĻMṀNÑOÖPÞQǪRŔSŠTŢUÛVṼWŴXẊYÝZŽ',
  ].flatMap((letter, index, all) => (index % 2 === 0 ? [[letter, all[index + 1] ?? letter]] : [])),
);

/** What stays as it is: places for values, commands, addresses. */
const KEPT = /(\{\{?\w+\}?\}|`[^`]*`|\b[a-z]+:\/\/\S*)/;

function pseudo(text: string): string {
  const words = text
    .split(KEPT)
    .map((part, index) =>
      index % 2 === 1 ? part : part.replaceAll(/[A-Za-z]/g, (letter) => ACCENTED[letter] ?? letter),
    )
    .join('');
  const more = 'ẋẋẋẋẋẋ '
    .repeat(Math.ceil((text.length * 0.4) / 7))
    .slice(0, Math.ceil(text.length * 0.4))
    .trim();
  return `⟦${words}${more === '' ? '' : ` ${more}`}⟧`;
}

/** Worked out when it is wanted. */
export function pseudoLanguage(): LanguageFile {
  const texts: Readonly<Record<string, string>> = EN;
  const inWindow = (code: string, part: keyof ErrorText): string =>
    texts[`error.${code}.${part}`]?.replaceAll(/\{\{(\w+)\}\}/g, '{$1}') ?? ERROR_TEXTS[code]?.[part] ?? '';
  return {
    TEXTS: Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, pseudo(text)])),
    ERRORS: Object.fromEntries(
      Object.keys(ERROR_TEXTS).map((code) => [
        code,
        {
          what: pseudo(inWindow(code, 'what')),
          why: pseudo(inWindow(code, 'why')),
          next: pseudo(inWindow(code, 'next')),
        },
      ]),
    ),
  };
}
