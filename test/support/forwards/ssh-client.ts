import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestSshd } from '../ssh/sshd.ts';

/**
 * A configuration for OpenSSH's programs, which reach the test's server as host `office` at another port, or by another command.
 * @param way lines of ssh_config, such as `Port 2222`
 * @returns its file, for `-F`
 */
export function sshConfig(folder: string, name: string, sshd: TestSshd, way: readonly string[]): string {
  const file = join(folder, name);
  const lines = [
    'Host *',
    `User ${sshd.user}`,
    `IdentityFile ${sshd.keyFile}`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${file}-known`,
    // Whatever the way there is, it is this server or none.
    'HostKeyAlias office',
    'StrictHostKeyChecking yes',
    'BatchMode yes',
    'LogLevel ERROR',
    ...way,
    'HostName 127.0.0.1',
    '',
  ];
  writeFileSync(file, lines.join('\n'));
  writeFileSync(`${file}-known`, `office ${sshd.hostKey()}\n`);
  return file;
}
