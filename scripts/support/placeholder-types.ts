import { englishDesktop, englishWindow } from '#shared/locales/index.ts';

const PLURAL = /_(?:zero|one|two|few|many|other)$/;

/** Returns the source of `src-shared/locales/placeholders.ts`: JSON has no literal types, so the compiler can't read placeholders there. */
export function placeholderTypes(): string {
  const names = new Map<string, Set<string>>();
  for (const [entry, text] of Object.entries({ ...englishDesktop().texts, ...englishWindow().texts })) {
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
  return `/** Placeholders of each English text that has any. Written by \`npm run texts\`. */\nexport type Placeholders = {\n${lines.join('\n')}\n};\n`;
}
