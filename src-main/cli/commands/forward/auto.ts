import { Option } from 'commander';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { addCommand, addMachine, withMachine, parseName, type CommonOptions, type Registration } from '../registry.ts';
import { addOrEnableForward } from './add-or-enable.ts';
import { chooseComparedPeer, namePrefix } from './find.ts';
import { addListenOptions, readListen } from './listen-options.ts';
import { addSshOptions, readProxyPassword, readSshSecret, readSshServer, type SshOptions } from './ssh-options.ts';

type ListenOptions = CommonOptions & Readonly<{ port?: number; listen?: string; name?: string }>;

/**
 * Registers `clawreach forward auto`, which creates a proxy in the agent that uses a peer's link or an SSH server,
 * whichever works. Starts an agent if none is running.
 */
export const addForwardAuto: Registration = (group, run) => {
  const command = addCommand(
    group,
    'auto',
    'open a proxy that uses the connection to another machine, or SSH if that fails',
    {
      description:
        'Open a proxy, SOCKS5 and HTTP on one port, that uses the connection to another machine or an SSH server, whichever works. Both are ' +
        'tried at the start, when the network changes, after a failure and every minute. `clawreach forward list` shows which one is used, ' +
        'and why.',
      examples: [
        ['clawreach forward auto', 'through your only other machine'],
        ['clawreach forward auto office --ssh ada@gate.example', "SSH if the connection doesn't work"],
        ['clawreach forward auto --user team', 'programs must log in'],
      ],
    },
  );
  addMachine(command, 'name or ID of the machine; optional if there is only one')
    .addOption(new Option('--name <name>', 'name for the new forward').argParser(parseName))
    .option(
      '--user <name>',
      "programs must log in as this user (password: CLAWREACH_PROXY_PASSWORD, or you're asked); SSH then needs the SSH agent or a key without " +
        'a passphrase',
    );
  addSshOptions(addListenOptions(command, 'default: 1080')).action(
    (machine: string | undefined, options: ListenOptions & SshOptions & Readonly<{ peer?: string; user?: string }>) =>
      run(options, async (context) => {
        const { peer: name } = withMachine(machine, options);
        const server = readSshServer(context, options);
        if (options.user !== undefined && (options.password === true || options.passphrase === true)) {
          const option = options.password === true ? '--password' : '--passphrase';
          throw new UsageError('usage.ssh', `${option} can't be combined with --user`, {
            details: { reason: `${option} can't be combined with --user: a forward has one password` },
          });
        }
        const listen = readListen(options, 1080);
        const client = await ensureAgent(context);
        const peer = await chooseComparedPeer(context, client, name);
        const password = (await readProxyPassword(context, options.user)) ?? (await readSshSecret(context, options));
        return await addOrEnableForward(context, client, {
          rule: {
            kind: 'auto',
            name: 'new',
            enabled: true,
            peer: peer.peerId,
            listen,
            server,
            user: options.user ?? null,
          },
          password,
          defaultName: `${namePrefix(peer)}auto`,
          name: options.name,
        });
      }),
  );
};
