import { readFileSync } from 'node:fs';
import { platform, release, type as kernelName, uptime, userInfo, version } from 'node:os';

/** Facts about this machine that a peer with a permission here may learn. */
export type LocalMachineFacts = Readonly<{
  /** Name and version of the operating system, such as `Ubuntu 24.04`. */
  os: string;
  /** Time since the machine's start, s. */
  up: number;
  /** Account under which this process runs; undefined if it has no entry, as in a container. */
  user?: string;
}>;

/** Reads the facts about this machine. The name of the system is read once. */
export function machineFacts(): LocalMachineFacts {
  const user = accountName();
  return { os: (systemName ??= readSystemName()), up: Math.floor(uptime()), ...(user === undefined ? {} : { user }) };
}

let systemName: string | undefined;

function readSystemName(): string {
  switch (platform()) {
    case 'linux':
      return linuxName(read('/etc/os-release') ?? read('/usr/lib/os-release') ?? '') ?? `Linux ${release()}`;
    case 'darwin': {
      const list = read('/System/Library/CoreServices/SystemVersion.plist') ?? '';
      const found = /<key>ProductVersion<\/key>\s*<string>([\d.]+)<\/string>/.exec(list)?.[1];
      return found === undefined ? 'macOS' : `macOS ${found}`;
    }
    case 'win32':
      return version();
    default:
      return `${kernelName()} ${release()}`;
  }
}

/** Returns name and version from the text of an `os-release` file, such as `Debian 12`; undefined if it names none. Pure. */
export function linuxName(osRelease: string): string | undefined {
  const value = (key: string): string | undefined =>
    new RegExp(`^${key}=(?:"([^"\\n]*)"|'([^'\\n]*)'|([^\\n]*))$`, 'm').exec(osRelease)?.slice(1).find(Boolean);
  const name = value('NAME')?.replace(/ GNU\/Linux$/, '');
  if (name === undefined) return value('PRETTY_NAME');
  return [name, value('VERSION_ID')].filter(Boolean).join(' ');
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function accountName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined;
  }
}
