/** Name of Ada's picture. */
export const ADAS_PICTURE = 'a'.repeat(64);

/** Drawings in place of photos, which need no file: background, hair, skin and clothes. */
const COLOURS: Readonly<Record<string, readonly [string, string, string, string]>> = {
  [ADAS_PICTURE]: ['#7fb2a6', '#4a2f24', '#f0c9a8', '#5b3f8c'],
};

/** Returns the address of a picture within the page; of one that can't be loaded for an unknown name. */
export function storyPicture(picture: string): string {
  const colours = COLOURS[picture];
  if (colours === undefined) return 'data:image/png;base64,';
  const [ground, hair, skin, clothes] = colours;
  const drawing = [
    `<rect width="96" height="96" fill="${ground}"/>`,
    `<circle cx="48" cy="40" r="27" fill="${hair}"/>`,
    `<ellipse cx="48" cy="98" rx="36" ry="32" fill="${clothes}"/>`,
    `<ellipse cx="48" cy="44" rx="17" ry="21" fill="${skin}"/>`,
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96">${drawing.join('')}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
