import type { Command } from 'commander';
import type { SshServer } from '#shared/app-api/index.ts';
import { UsageError } from '../../errors.ts';
import { resolve } from 'node:path';
import { parseSshAddress, type SshAddress } from './host-port.ts';
import { parseWhole, type CommandContext } from '../registry.ts';

export type SshOptions = Readonly<{
  ssh?: SshAddress;
  key?: string;
  agent?: boolean;
  password?: boolean;
  passphrase?: boolean;
}>;

/** An SSH server, and how to log in there. */
export function addSshOptions(command: Command): Command {
  return command
    .option('--ssh <user@host>', 'through this SSH server; user@host:port', parseSshAddress)
    .option('--key <file>', 'log in with this key file')
    .option('--passphrase', 'the key file has a passphrase (asked, or CLAWREACH_SSH_PASSWORD)')
    .option('--agent', 'log in with the keys of the SSH agent (so by default)')
    .option('--password', 'log in with a password (asked, or CLAWREACH_SSH_PASSWORD)');
}

/** Where a rule listens. @param reversible with --reverse that is at the other end */
export function addListenOptions(command: Command, ports: string, reversible = false): Command {
  return command
    .option(
      '--port <n>',
      `port ${reversible ? 'to listen at, here or with --reverse at the other end' : 'on this machine'}; 0 takes any free one (${ports})`,
      parseWhole(0, 65_535),
    )
    .option(
      '--listen <host:port>',
      reversible
        ? 'another address than 127.0.0.1 to listen at, here or with --reverse at the other end'
        : 'another address of this machine than 127.0.0.1',
    );
}

/** @throws {UsageError} `usage.ssh` */
export function sshServerOf({ host }: CommandContext, options: SshOptions): SshServer | null {
  const { ssh, key, agent, password, passphrase } = options;
  const logins = [key !== undefined, agent === true, password === true].filter(Boolean).length;
  if (ssh === undefined) {
    if (logins > 0 || passphrase === true) throw wrong('a login needs --ssh user@host');
    return null;
  }
  if (logins > 1) throw wrong('--key, --agent and --password exclude each other');
  if (passphrase === true && key === undefined) throw wrong('--passphrase goes with --key');
  const { variables, home, workingDirectory } = host;
  const user = ssh.user ?? variables['USER'] ?? variables['LOGNAME'] ?? variables['USERNAME'];
  if (!user) throw wrong('say the user as well, user@host');
  const place = { host: ssh.host, port: ssh.port, user };
  if (password === true) return { ...place, login: { method: 'password' } };
  if (key === undefined) return { ...place, login: { method: 'agent' } };
  // The agent runs in another directory than this command.
  const file = key.startsWith('~/') ? resolve(home, key.slice(2)) : resolve(workingDirectory, key);
  return { ...place, login: { method: 'key', file } };
}

/** The secret that goes with an SSH login; undefined where none is wanted. */
export async function sshSecretOf(context: CommandContext, options: SshOptions): Promise<string | undefined> {
  const { ssh, password, passphrase } = options;
  if (ssh === undefined || (password !== true && passphrase !== true)) return undefined;
  const what = password === true ? `Password at ${ssh.host}:` : 'Passphrase of the key:';
  return await secretOf(context, 'CLAWREACH_SSH_PASSWORD', what);
}

/** The password that programs have to name to a proxy. */
export async function proxyPasswordOf(context: CommandContext, user: string | undefined): Promise<string | undefined> {
  if (user === undefined) return undefined;
  return await secretOf(context, 'CLAWREACH_PROXY_PASSWORD', `Password for ${user} at this proxy:`);
}

/** From the environment, else asked; never from the command line, where every user of the machine could read it. */
async function secretOf({ host, prompter }: CommandContext, variable: string, question: string): Promise<string> {
  const given = host.variables[variable];
  if (given) return given;
  const answer = prompter.available ? await prompter.askSecret(question) : '';
  if (answer === '') throw new UsageError('usage.password', 'no password was given', { details: { variable } });
  return answer;
}

function wrong(reason: string): UsageError {
  return new UsageError('usage.ssh', reason, { details: { reason } });
}
