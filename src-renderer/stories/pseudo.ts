import { englishDashboard, englishWindow, type Catalogue } from '#shared/locales/index.ts';

/**
 * Pseudo language for tests: English with accents, in brackets, and 40 % longer, because other languages are longer too. A text that appears without
 * accents is missing in the catalogue.
 */
export const PSEUDO = 'en-XA';

const ACCENTED: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...'aåbƀcçdðeéfƒgĝhĥiîjĵkķlļmɱnñoöpþqǫrŕsštţuûvṽwŵxẋyýzžAÅBƁCÇDÐEÉFƑGĜHĤIÎJĴKĶLĻMṀNÑOÖPÞQǪRŔSŠTŢUÛVṼWŴXẊYÝZŽ',
  ].flatMap((letter, index, all) => (index % 2 === 0 ? [[letter, all[index + 1] ?? letter]] : [])),
);

/** Parts of a text that stay unchanged: placeholders, commands, addresses. */
const UNCHANGED = /(\{\{?\w+\}?\}|`[^`]*`|\b[a-z]+:\/\/\S*)/;

function pseudo(text: string): string {
  const words = text
    .split(UNCHANGED)
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

/** Returns the catalogue of the pseudo language, made from the English one. */
export function pseudoLanguage(): Catalogue {
  const [window, dashboard] = [englishWindow(), englishDashboard()];
  const texts = { ...window.texts, ...dashboard.texts };
  const errors = { ...window.errors, ...dashboard.errors };
  return {
    texts: Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, pseudo(text)])),
    errors: Object.fromEntries(
      Object.entries(errors).map(([code, { what, why, next }]) => [
        code,
        { what: pseudo(what), why: pseudo(why), next: pseudo(next) },
      ]),
    ),
  };
}
