/** Fonts with which the first page is drawn. */
const FIRST = ['400 13px "Inter Variable"', '400 12px "JetBrains Mono Variable"'] as const;

/**
 * Loads the window's own fonts, so that the first page is drawn with them and a terminal measures the cells of the right font. Resolves also when
 * a font can't be loaded; the system's fonts stand in for it.
 */
export async function loadFonts(fonts: Pick<FontFaceSet, 'load'> = document.fonts): Promise<void> {
  await Promise.allSettled(FIRST.map((font) => fonts.load(font)));
}
