import { englishDashboard, englishDesktop, englishWindow } from '#shared/locales/index.ts';

const PLURAL = /_(?:zero|one|two|few|many|other)$/;

const COMMENT = `/**
 * Names of the placeholders in each English text that has any, by the text's key. \`Texts\` uses the type to check the arguments of each text at
 * compile time. Written by \`npm run texts\`; don't edit it.
 */`;

/** Returns the source of `src-shared/locales/placeholders.ts`: JSON has no literal types, so the compiler can't read placeholders there. */
export function placeholderTypes(): string {
  const names = new Map<string, Set<string>>();
  for (const [entry, text] of Object.entries({
    ...englishDesktop().texts,
    ...englishWindow().texts,
    ...englishDashboard().texts,
  })) {
    const key = entry.replace(PLURAL, '');
    const found = names.get(key) ?? new Set();
    if (key !== entry) found.add('count');
    for (const [, name = ''] of text.matchAll(/\{\{(\w+)\}\}/g)) found.add(name);
    if (found.size > 0) names.set(key, found);
  }
  const lines = [...names]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, found]) => {
      const types = [...found].toSorted().map((name) => `'${name}'`);
      return `  ${/^[a-z]+$/.test(key) ? key : `'${key}'`}: ${types.join(' | ')};`;
    });
  return `${COMMENT}\nexport type Placeholders = {\n${lines.join('\n')}\n};\n`;
}
