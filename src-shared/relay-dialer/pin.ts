/** Digits of a group, as people compare and copy a pin. */
const GROUP = 4;

/** Returns the 64 digits of a pin that a person typed or copied, apart from spaces, colons and hyphens; undefined for other texts. Pure. */
export function pinDigits(text: string): string | undefined {
  const digits = text.replaceAll(/[\s:-]/g, '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(digits) ? digits : undefined;
}

/** Formats a pin as one word in groups of four digits, `3226-eb6f-…`, which `--pin` takes. Pure. */
export function formatPin(pin: string): string {
  return groupsOf(pin).join('-');
}

/** Formats a pin in groups of four digits with spaces, between which a line can break, as people compare it. Pure. */
export function groupPin(pin: string): string {
  return groupsOf(pin).join(' ');
}

/**
 * Adds `--pin` to a shell command. Where the line would be too wide, the pin follows on a second line, without hyphens if it has no room for them.
 * Pure.
 * @param columns width of the terminal; 0 for no limit
 */
export function commandWithPin(command: string, pin: string, columns: number): readonly string[] {
  const option = `--pin ${formatPin(pin)}`;
  const fits = (line: string): boolean => columns <= 0 || line.length <= columns;
  const whole = `${command} ${option}`;
  if (fits(whole)) return [whole];
  const further = `${/^ */.exec(command)?.[0] ?? ''}  `;
  return [`${command} \\`, further + (fits(further + option) ? option : `--pin ${groupsOf(pin).join('')}`)];
}

/** Splits a pin into lines with some groups of four digits each, as people compare it. Pure. */
export function pinLines(pin: string, groupsPerLine: number): readonly string[] {
  const groups = groupsOf(pin);
  const lines: string[] = [];
  for (let index = 0; index < groups.length; index += groupsPerLine)
    lines.push(groups.slice(index, index + groupsPerLine).join(' '));
  return lines;
}

function groupsOf(pin: string): readonly string[] {
  const digits = pin.replaceAll(/[^0-9a-f]/gi, '').toLowerCase();
  return digits.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? [];
}
