import { pinDigits } from '#shared/relay-dialer/index.ts';

/** Facts that a relay prints once it listens: its port, the hash of its TLS key (`pin`), and an admission token. */
export type StartupBanner = Readonly<{ port: number; pin: string; admission: string }>;

/** Parses the first lines printed by `clawreach-relay`; undefined until they are complete. Used by `HostedRelayService`. Pure. */
export function parseStartupBanner(lines: readonly string[]): StartupBanner | undefined {
  const find = (pattern: RegExp): string | undefined =>
    lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
  const port = Number(find(/^listening on \S*:(\d{1,5})$/));
  const pin = pinDigits(find(/^tls pin +(\S+)$/) ?? '');
  const admission = find(/^admission token +(\S{8,256})$/);
  // This line comes last.
  if (find(/^(data) /) === undefined || pin === undefined || admission === undefined || !(port > 0)) return undefined;
  return { port, pin, admission };
}
