/** What a relay has said of itself when it listens. */
export type Greeting = Readonly<{ port: number; pin: string; admission: string }>;

/** Reads the first lines of `clawreach-relay`; undefined until all has been said. */
export function parseStartupBanner(lines: readonly string[]): Greeting | undefined {
  const find = (pattern: RegExp): string | undefined =>
    lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
  const port = Number(find(/^listening on \S*:(\d{1,5})$/));
  const pin = find(/^tls pin +([0-9a-f]{64})$/);
  const admission = find(/^admission token +(\S{8,256})$/);
  // The last line.
  if (find(/^(data) /) === undefined || pin === undefined || admission === undefined || !(port > 0)) return undefined;
  return { port, pin, admission };
}
