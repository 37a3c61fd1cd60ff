import { arch, availableParallelism, freemem, homedir, hostname, platform, release, totalmem, userInfo } from 'node:os';

/** The machine in general terms: nothing that names it or its person. */
export type SystemFacts = Readonly<{
  platform: string;
  release: string;
  architecture: string;
  node: string;
  /** Null outside the application. */
  electron: string | null;
  cores: number;
  /** MiB. */
  memory: Readonly<{ total: number; free: number; ours: number }>;
}>;

const MEBIBYTE = 2 ** 20;

export function describeSystem(): SystemFacts {
  const inMebibytes = (bytes: number): number => Math.round(bytes / MEBIBYTE);
  return {
    platform: platform(),
    release: release(),
    architecture: arch(),
    node: process.versions.node,
    electron: process.versions['electron'] ?? null,
    cores: availableParallelism(),
    memory: {
      total: inMebibytes(totalmem()),
      free: inMebibytes(freemem()),
      ours: inMebibytes(process.memoryUsage.rss()),
    },
  };
}

/** Lists names that identify person and machine and that reports hide: home, account, host name. */
export function describePerson(): readonly string[] {
  const account = (): string => {
    try {
      return userInfo().username;
    } catch {
      // An account without an entry, as in a container.
      return '';
    }
  };
  return [homedir(), account(), hostname()];
}
