import { COMMAND_ERROR_TEXTS, ERROR_TEXTS } from '#shared/locales/index.ts';

/** Returns the placeholders of a code's texts, for windows and for commands, that its details don't fill: their sentences would be left out. */
export function missingDetails(
  code: string,
  details: Readonly<Record<string, string | number | boolean | undefined>>,
): readonly string[] {
  const words = [ERROR_TEXTS[code], COMMAND_ERROR_TEXTS[code]].flatMap((text) =>
    text === undefined ? [] : Object.values(text),
  );
  if (words.length === 0) return [`no text for ${code}`];
  const names = [...words.join(' ').matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => name !== 'message' && details[name] === undefined);
}
