import { requireAgent } from '../../control/index.ts';
import { addCommand, type CommonOptions, type Registration } from '../registry.ts';

type DiagnoseOptions = CommonOptions & Readonly<{ out?: string }>;

export const addDiagnose: Registration = (program, run) => {
  addCommand(program, 'diagnose', 'print a report for somebody who helps', {
    description:
      'Prints states, causes and the newest lines of the log. Names, addresses and keys are replaced by peer-1 and the like; there are no secrets and nothing that was typed or transferred. Read it before you pass it on: nothing is sent.',
    examples: [
      ['clawreach diagnose | less', 'to read it'],
      ['clawreach diagnose --out report.txt', 'into a new file, for this account only'],
    ],
  })
    .option('-o, --out <file>', 'a file that is not there yet')
    .action((options: DiagnoseOptions) =>
      run(options, async (context) => {
        const client = await requireAgent(context);
        const { text } = await client.call('diagnostics.get', {});
        if (options.out === undefined) {
          context.reporter.document({ text });
          context.reporter.lines(text.trimEnd());
          return;
        }
        await context.host.writeText(options.out, text);
        context.reporter.document({ file: options.out });
        context.reporter.lines(`The report is in ${options.out}. Read it before you pass it on.`);
      }),
    );
};
