/** Functions that color text. They return it unchanged if colors are off. */
export type Style = Readonly<{
  /** True if colors are on. */
  enabled: boolean;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}>;

/**
 * Creates a style. Colors are off without a terminal, with NO_COLOR set (https://no-color.org) and with TERM=dumb.
 * Pure.
 */
export function createStyle(isTerminal: boolean, variables: Readonly<Record<string, string | undefined>>): Style {
  const enabled = isTerminal && !variables['NO_COLOR'] && variables['TERM'] !== 'dumb';
  const paint =
    (on: number, off: number) =>
    (text: string): string =>
      enabled && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    enabled,
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
  };
}
