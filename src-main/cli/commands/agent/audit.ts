import { readRecords } from '../../control/index.ts';
import { formatMoment, formatTable, headLine } from '../../output/index.ts';
import { addCommand, parseWhole, type CommonOptions, type Registration } from '../registry.ts';
import { auditCells } from './audit-words.ts';

/**
 * Registers `clawreach audit`, which prints the newest entries of the agent's audit log, the newest one last, also
 * while no agent is running.
 */
export const addAudit: Registration = (program, run) => {
  addCommand(program, 'audit', 'show what happened on this machine: pairings, connections, terminals, decisions', {
    description: [
      'Show what happened on this machine, oldest first: when, with which machine or gateway, what, and how it ended. ' +
        'Stored only on this machine, and never what was typed or shown.',
      '',
      'A pipe gets the same table without cuts, and with folder and user of a request. Scripts should use --json: names of events and fields stay the same.',
    ].join('\n'),
    examples: [
      ['clawreach audit', 'the last 50 entries'],
      ['clawreach audit -n 1000 --json', 'all fields, for scripts'],
    ],
  })
    .option('-n, --limit <n>', 'largest number of entries', parseWhole(1, 10_000), 50)
    .action((options: CommonOptions & { limit: number }) =>
      run(options, async (context) => {
        const { reporter } = context;
        const entries = await readRecords(context, (client) => client.call('audit.list', { limit: options.limit }));
        // The newest come first. Those of one millisecond keep their order, so that a request stays before its answer.
        const ordered = entries.toReversed().toSorted((one, other) => one.at - other.at);
        reporter.document(ordered);
        if (ordered.length === 0) {
          reporter.lines('No entries yet.');
          return;
        }
        const [head = '', ...rows] = formatTable(
          [
            { title: 'TIME', least: 19 },
            { title: 'MACHINE', least: 8 },
            { title: 'WHAT', least: 16 },
            { title: 'OUTCOME', least: 7 },
          ],
          ordered.map((entry) => [formatMoment(entry.at), ...auditCells(entry, { withFacts: reporter.columns === 0 })]),
          reporter.columns,
        );
        reporter.lines(...headLine(reporter.style, head), ...rows);
      }),
    );
};
