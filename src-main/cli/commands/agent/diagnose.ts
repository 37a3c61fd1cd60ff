import { viewAgent } from '../../control/index.ts';
import { addCommand, type CommonOptions, type Registration } from '../registry.ts';

type DiagnoseOptions = CommonOptions & Readonly<{ out?: string }>;

/**
 * Registers `clawreach diagnose`, which asks the running agent for a diagnostics report, and prints it or writes it to
 * a new file.
 */
export const addDiagnose: Registration = (program, run) => {
  addCommand(program, 'diagnose', 'print a report for someone who helps you', {
    description: [
      'Print a report for someone who helps you: states, causes and the newest log lines. Names, addresses and keys are replaced by words such as ' +
        'peer-1. Secrets, and anything that was typed or transferred, are left out.',
      '',
      'Nothing is sent. Read the report before you share it.',
    ].join('\n'),
    examples: [
      ['clawreach diagnose | less', 'read it'],
      ['clawreach diagnose --json | jq .relay', 'its fields and the log lines, for programs'],
      ['clawreach diagnose --out report.txt', 'save it in a new file that only you can read'],
    ],
  })
    .option('-o, --out <file>', "a file that doesn't exist yet")
    .action((options: DiagnoseOptions) =>
      run(options, async (context) => {
        const client = await viewAgent(context);
        const { json } = context.reporter;
        const { text } = await client.call('diagnostics.get', json ? { form: 'json' } : {});
        if (options.out === undefined) {
          if (json) context.reporter.document(JSON.parse(text) as unknown);
          context.reporter.lines(text.trimEnd());
          return;
        }
        await context.host.writeText(options.out, json ? `${text}\n` : text);
        context.reporter.document({ file: options.out });
        context.reporter.lines(`The report is in ${options.out}. Read it before you share it.`);
      }),
    );
};
