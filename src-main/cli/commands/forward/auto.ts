import { Option } from 'commander';
import { ensureAgent } from '../../control/index.ts';
import { resolve } from 'node:path';
import { enableRule, readListen } from './add.ts';
import { choosePeer, nameBeginning } from './find.ts';
import {
  addListenOptions,
  addSshOptions,
  proxyPasswordOf,
  sshSecretOf,
  sshServerOf,
  type SshOptions,
} from './ssh-options.ts';
import { UsageError } from '../../errors.ts';
import { addCommand, parseName, type CommonOptions, type Registration } from '../registry.ts';

type ListenOptions = CommonOptions & Readonly<{ port?: number; listen?: string; name?: string }>;

export const addRelayAuto: Registration = (relay, run) => {
  const command = addCommand(relay, 'auto', 'one proxy that takes whatever way to a peer works', {
    description:
      'Open a proxy, SOCKS5 and HTTP on one port, whose connections take whatever way works: the link to the peer, or an SSH server. The ways are ' +
      'tried at the start, when the network changes, after a failure and every minute; which one is used and why is shown here and by `relay status`.',
    examples: [
      ['clawreach relay auto', 'through the only peer'],
      ['clawreach relay auto --peer office --ssh ada@gate.example', 'SSH where the link does not work'],
      ['clawreach relay auto --user team', 'programs log in'],
    ],
  })
    .option('--peer <name>', 'which peer; may be left out with one')
    .addOption(new Option('--name <name>', 'what to call the rule').argParser(parseName))
    .option(
      '--user <name>',
      'programs have to log in (password asked, or CLAWREACH_PROXY_PASSWORD); SSH then by the SSH agent or a key without a passphrase',
    );
  addSshOptions(addListenOptions(command, 'else 1080')).action(
    (options: ListenOptions & SshOptions & Readonly<{ peer?: string; user?: string }>) =>
      run(options, async (context) => {
        const server = sshServerOf(context, options);
        if (options.user !== undefined && (options.password === true || options.passphrase === true)) {
          const option = options.password === true ? '--password' : '--passphrase';
          throw new UsageError('usage.ssh', `${option} does not go with --user`, {
            details: { reason: `${option} does not go with --user: a rule has one password` },
          });
        }
        const listen = readListen(options, 1080);
        const client = await ensureAgent(context);
        const peer = await choosePeer(context, client, options.peer);
        const password = (await proxyPasswordOf(context, options.user)) ?? (await sshSecretOf(context, options));
        return await enableRule(context, client, {
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
          wished: `${nameBeginning(peer)}auto`,
          named: options.name,
        });
      }),
  );
};

export const addRelayShare: Registration = (relay, run) => {
  const command = addCommand(relay, 'share', 'offer a folder of this machine by HTTP, read only', {
    description:
      'Offer a folder of this machine by HTTP, read only. It listens on this machine only; peers reach it like any other port here, once they are ' +
      'allowed to (`clawreach targets NAME --allow localhost:8000`).',
    examples: [
      ['clawreach relay share ~/public', 'port 8000'],
      ['clawreach relay share . --listen 0.0.0.0:8000', 'for every machine that reaches this one'],
      ['clawreach relay share ~/public --host-name files.example', 'also for browsers that ask by that name'],
    ],
  })
    .argument('<folder>', 'what to offer')
    .addOption(new Option('--name <name>', 'what to call the rule').argParser(parseName))
    .option(
      '--host-name <name...>',
      'names that lead here from elsewhere; by others than these, addresses and localhost nobody is served, so that no page of a stranger reads it',
    );
  addListenOptions(command, 'else 8000').action((folder: string, options: ListenOptions & { hostName?: string[] }) =>
    run(options, async (context) => {
      const path = resolve(context.host.workingDirectory, folder);
      const listen = readListen(options, 8000);
      const client = await ensureAgent(context);
      return await enableRule(context, client, {
        rule: {
          kind: 'folder',
          name: 'new',
          enabled: true,
          listen,
          path,
          ...(options.hostName === undefined ? {} : { hosts: options.hostName }),
        },
        password: undefined,
        wished: 'share',
        named: options.name,
      });
    }),
  );
};
