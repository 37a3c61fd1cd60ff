/** Returns the first characters of a terminal's ID, which are enough to name it in commands; an ID of another form stays whole. Pure. */
export function shortTerminal(id: string): string {
  return /^[0-9a-f]{32}$/.test(id) ? id.slice(0, 8) : id;
}
