import { arch, availableParallelism, freemem, homedir, hostname, platform, release, totalmem, userInfo } from 'node:os';

/** Facts about this machine and process for the diagnostic report. None of them names the machine or its user. */
export type SystemFacts = Readonly<{
  platform: string;
  release: string;
  architecture: string;
  /** Version of Node. */
  node: string;
  /** Version of Electron; null outside the application. */
  electron: string | null;
  cores: number;
  /** Memory of the machine and of this process (`ours`), MiB. */
  memory: Readonly<{ total: number; free: number; ours: number }>;
}>;

const MEBIBYTE = 2 ** 20;

/** Reads the facts about this machine and process. */
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

/** Returns the texts that identify user and machine, which the diagnostic report must hide: home folder, account, host name. */
export function describePerson(): readonly string[] {
  const account = (): string => {
    try {
      return userInfo().username;
    } catch {
      // The account has no entry, as in a container.
      return '';
    }
  };
  return [homedir(), account(), hostname()];
}
