import type { PeerSystem } from '../app-api/index.ts';

/** Returns the program that has a shell of the peer's system read a line. Pure. */
export function shellCommand(line: string, system: PeerSystem | undefined): readonly string[] {
  return system === 'windows' ? ['cmd.exe', '/d', '/s', '/c', line] : ['/bin/sh', '-c', line];
}
