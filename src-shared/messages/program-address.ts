/** Beginning of the address of a program at the relay, so that none is taken for a machine's, whatever the machine is called. */
const PROGRAM = 'program:';
/** Sign between the name of a program and the beginning of its ID, where several have the name. No name of a program has it. */
const ID_SIGN = '~';
/** Characters of an ID in such an address: 65 bits, which no relay finds a second program for. */
const ID_LENGTH = 14;

/**
 * Returns what the address of a program begins with here: `program:NAME`, or `program:NAME~ID` with the beginning of its ID, where another program has
 * the name. Pure, like the other functions of this file.
 */
export function programAddress({ id, name }: Readonly<{ id: string; name: string }>, isOnly: boolean): string {
  return isOnly ? `${PROGRAM}${name}` : `${PROGRAM}${name}${ID_SIGN}${id.slice(0, ID_LENGTH)}`;
}

/** Returns what stands behind `program:`, in any spelling that looks like it; undefined if the text can only mean a machine. */
export function programName(text: string): string | undefined {
  const folded = text.normalize('NFKC').trim();
  return folded.slice(0, PROGRAM.length).toLowerCase() === PROGRAM ? folded.slice(PROGRAM.length).trim() : undefined;
}

/** Reports whether a program is called `text`, which is what stands behind `program:`: `NAME`, or `NAME~ID`. */
export function isCalled({ id, name }: Readonly<{ id: string; name: string }>, text: string): boolean {
  const at = text.indexOf(ID_SIGN);
  if (at < 0) return name === text;
  const beginning = text.slice(at + 1).toUpperCase();
  return name === text.slice(0, at) && beginning.length >= ID_LENGTH && id.startsWith(beginning);
}
