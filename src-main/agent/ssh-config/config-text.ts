import type { SshHost } from '#shared/app-api/index.ts';
import { quoteShellWord } from '#shared/shell-quoting.ts';

/** Names of accounts that ssh, shells and its configuration take as they are. */
const ACCOUNT = /^[A-Za-z_][A-Za-z0-9._-]{0,31}$/;

/** Returns the name of an account if ssh's configuration takes it, whatever a peer says; null otherwise. Pure. */
export function accountForSsh(user: string | undefined): string | null {
  return user !== undefined && ACCOUNT.test(user) ? user : null;
}

/** Command that starts this program, the directory of the profile, and the system for which the file is written. */
export type ProxyProgram = Readonly<{ words: readonly string[]; profile: string; platform: NodeJS.Platform }>;

/**
 * Returns the file that ssh's configuration includes: a block for each peer (ssh_config(5)). The command names the peer by its ID, never by a name that a
 * peer has chosen, and the host key belongs to that ID. Pure.
 */
export function sshConfigText(hosts: readonly SshHost[], program: ProxyProgram): string {
  const blocks = hosts.flatMap(({ host, peer, user }) => [
    '',
    `Host ${host}`,
    ...(user === null ? [] : [`  User ${user}`]),
    `  HostKeyAlias clawreach-${peer.toLowerCase()}`,
    `  ProxyCommand ${proxyCommand(program, peer)}`,
  ]);
  return [
    '# ClawReach wrote this file and keeps it current, so changes here are lost.',
    '# To undo it: clawreach ssh-config --remove',
    ...blocks,
    '',
  ].join('\n');
}

/** Returns the command, quoted for the shell that ssh starts; ssh itself replaces `%` and a character after it. */
function proxyCommand({ words, profile, platform }: ProxyProgram, peer: string): string {
  const quoted = [...words, 'proxy', `--profile=${profile}`].map((word) =>
    platform === 'win32' ? quotedForWindows(word) : quoteShellWord(word),
  );
  return `${quoted.join(' ').replaceAll('%', '%%')} ${peer} %p`;
}

/** Quotes a word for OpenSSH of Windows; paths have no quotes there. */
function quotedForWindows(word: string): string {
  return /^[\w@+:,.\\/=-]+$/.test(word) ? word : `"${word.replaceAll('"', '')}"`;
}
