import type { OpenPort } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { formatTable, headLine, printable } from '../../output/index.ts';
import { peerWord } from '../machines/peer-format.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';
import { choosePeer } from './find.ts';

/** Registers `clawreach forward ports`, which lists the ports that are open at another machine. Starts an agent if none is running. */
export const addForwardPorts: Registration = (group, run) => {
  addCommand(group, 'ports', 'list the ports on which programs listen at another machine', {
    description:
      'List the TCP ports on which programs listen at another machine, with the programs. The other machine names them if it always allows this one ' +
      'to forward ports.',
    examples: [
      ['clawreach forward ports office', ''],
      ['clawreach forward port office --local 5432 --remote 5432', 'forward one of them'],
    ],
  })
    .argument('[machine]', 'name or ID of the machine; optional if there is only one')
    .action((machine: string | undefined, options: CommonOptions) =>
      run(options, (context) => showPorts(context, machine)),
    );
};

async function showPorts(context: CommandContext, machine: string | undefined): Promise<void> {
  const { reporter, host } = context;
  const client = await ensureAgent(context);
  const { peerId, name } = await choosePeer(context, client, machine);
  const { device } = await client.call('status.get', {});
  const { ports } = await client.call('forwards.ports', { peer: peerId }, { signal: host.interrupted });
  reporter.document(ports ?? []);
  const shown = printable(name);
  if (ports === null)
    reporter.lines(
      `${shown} doesn't name its ports: it names them only where forwards are allowed, or its ClawReach is older.`,
      `To allow them, run this on ${shown}: clawreach rights ${peerWord(device)} --allow forward`,
    );
  else if (ports.length === 0) reporter.lines(`Nothing listens at ${shown}.`);
  else {
    const [head = '', ...rows] = formatPorts(ports, reporter.columns);
    reporter.lines(...headLine(reporter.style, head), ...rows);
  }
}

/** Formats the table: its heading, then a row per port. With `columns` 0 its width is unlimited. */
function formatPorts(ports: readonly OpenPort[], columns: number): readonly string[] {
  return formatTable(
    [{ title: 'PORT', align: 'right' }, { title: 'PROGRAM' }],
    ports.map(({ port, program }) => [String(port), program === undefined ? '-' : printable(program)]),
    columns,
  );
}
