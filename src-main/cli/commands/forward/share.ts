import { resolve } from 'node:path';
import { Option } from 'commander';
import { ensureAgent } from '../../control/index.ts';
import { addCommand, parseName, type CommonOptions, type Registration } from '../registry.ts';
import { addOrEnableForward } from './add-or-enable.ts';
import { addListenOptions, readListen } from './listen-options.ts';

type ListenOptions = CommonOptions & Readonly<{ port?: number; listen?: string; name?: string }>;

/**
 * Registers `clawreach forward share`, which makes the agent serve a folder over HTTP. Starts an agent if none is
 * running.
 */
export const addForwardShare: Registration = (group, run) => {
  const command = addCommand(group, 'share', 'serve a folder of this machine over HTTP, read only', {
    description:
      'Serve a folder of this machine over HTTP, read only. By default only this machine can open it. To let one of your machines reach it, allow ' +
      'that target: `clawreach targets NAME --allow localhost:8000`.',
    examples: [
      ['clawreach forward share ~/public', 'port 8000'],
      ['clawreach forward share . --listen 0.0.0.0:8000', 'for every machine that can reach this one'],
      ['clawreach forward share ~/public --host-name files.example', 'also for browsers that use this name'],
    ],
  })
    .argument('<folder>', 'folder to serve')
    .addOption(new Option('--name <name>', 'name for the new forward').argParser(parseName))
    .option(
      '--host-name <name...>',
      "host names that browsers elsewhere use for it; other names are refused, so that a web page can't read the folder",
    );
  addListenOptions(command, 'default: 8000').action(
    (folder: string, options: ListenOptions & { hostName?: string[] }) =>
      run(options, async (context) => {
        const path = resolve(context.host.workingDirectory, folder);
        const listen = readListen(options, 8000);
        const client = await ensureAgent(context);
        return await addOrEnableForward(context, client, {
          rule: {
            kind: 'folder',
            name: 'new',
            enabled: true,
            listen,
            path,
            ...(options.hostName === undefined ? {} : { hosts: options.hostName }),
          },
          password: undefined,
          defaultName: 'share',
          name: options.name,
        });
      }),
  );
};
