/** Functions that colour text; they return it unchanged if colours are off. */
export type Style = Readonly<{
  enabled: boolean;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}>;

/** Creates a style with colours only on a terminal, and never with NO_COLOR set (https://no-color.org) or TERM=dumb. */
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
