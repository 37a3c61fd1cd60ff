import type { Command } from 'commander';
import type { SshServer } from '#shared/app-api/index.ts';
import { UsageError } from '../../errors.ts';
import { resolve } from 'node:path';
import { parseSshAddress, type SshAddress } from './host-port.ts';
import type { CommandContext } from '../registry.ts';

export type SshOptions = Readonly<{
  ssh?: SshAddress;
  key?: string;
  agent?: boolean;
  password?: boolean;
  passphrase?: boolean;
}>;

/** Adds the options for an SSH server and for the login there. */
export function addSshOptions(command: Command): Command {
  return command
    .option('--ssh <user@host>', 'through this SSH server; user@host:port', parseSshAddress)
    .option('--key <file>', 'log in with this key file')
    .option('--passphrase', 'the key file has a passphrase (asked, or CLAWREACH_SSH_PASSWORD)')
    .option('--agent', 'log in with the keys of the SSH agent (the default)')
    .option('--password', 'log in with a password (asked, or CLAWREACH_SSH_PASSWORD)');
}

/** Reads the SSH options; null without `--ssh`. @throws {UsageError} `usage.ssh` if they contradict each other */
export function readSshServer({ host }: CommandContext, options: SshOptions): SshServer | null {
  const { ssh, key, agent, password, passphrase } = options;
  const logins = [key !== undefined, agent === true, password === true].filter(Boolean).length;
  if (ssh === undefined) {
    if (logins > 0 || passphrase === true) throw invalid('a login needs --ssh user@host');
    return null;
  }
  if (logins > 1) throw invalid('--key, --agent and --password exclude each other');
  if (passphrase === true && key === undefined) throw invalid('--passphrase goes with --key');
  const { variables, home, workingDirectory } = host;
  const user = ssh.user ?? variables['USER'] ?? variables['LOGNAME'] ?? variables['USERNAME'];
  if (!user) throw invalid('give the user as well, user@host');
  const address = { host: ssh.host, port: ssh.port, user };
  if (password === true) return { ...address, login: { method: 'password' } };
  if (key === undefined) return { ...address, login: { method: 'agent' } };
  // Absolute, since the agent runs in another directory than this command.
  const file = key.startsWith('~/') ? resolve(home, key.slice(2)) : resolve(workingDirectory, key);
  return { ...address, login: { method: 'key', file } };
}

/** Asks for the password or passphrase of an SSH login; undefined if the options name neither. */
export async function readSshSecret(context: CommandContext, options: SshOptions): Promise<string | undefined> {
  const { ssh, password, passphrase } = options;
  if (ssh === undefined || (password !== true && passphrase !== true)) return undefined;
  const question = password === true ? `Password at ${ssh.host}:` : 'Passphrase of the key:';
  return await readSecret(context, 'CLAWREACH_SSH_PASSWORD', question);
}

/** Asks for the password with which programs log in to a proxy; undefined if the proxy has no user. */
export async function readProxyPassword(
  context: CommandContext,
  user: string | undefined,
): Promise<string | undefined> {
  if (user === undefined) return undefined;
  return await readSecret(context, 'CLAWREACH_PROXY_PASSWORD', `Password for ${user} at this proxy:`);
}

/** Reads a secret from the environment, else asks. A command line is no place for one, since all users of the machine can read it. */
async function readSecret({ host, prompter }: CommandContext, variable: string, question: string): Promise<string> {
  const given = host.variables[variable];
  if (given) return given;
  const answer = prompter.available ? await prompter.askSecret(question) : '';
  if (answer === '') throw new UsageError('usage.password', 'no password was given', { details: { variable } });
  return answer;
}

function invalid(reason: string): UsageError {
  return new UsageError('usage.ssh', reason, { details: { reason } });
}
