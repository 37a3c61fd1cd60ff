import { resolve } from 'node:path';
import type { ForwardRule } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { printable } from '../../output/index.ts';
import { describeProblem, formatMapping, modeWord, stateWord } from './format.ts';
import { findRule } from './find.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

/** Characters; the agent takes no more. */
const MOST = 100_000;

type ImportOptions = CommonOptions & Readonly<{ peer?: string; check?: boolean; replace?: boolean }>;

export const addRelayImport: Registration = (relay, run) => {
  addCommand(relay, 'import', 'add the rules of an INI file, all or none', {
    description:
      'Add the rules of an INI file. Where one section is wrong nothing is added, and every error is told with line and key. The form is described ' +
      'in docs/FORWARDS.md.',
    examples: [
      ['clawreach relay import forwards.ini', ''],
      ['clawreach relay import --check forwards.ini', 'only looks whether it is right'],
      ['clawreach relay import - --peer office', 'from a pipe; sections without a peer mean office'],
    ],
  })
    .argument('<file>', 'the file; - reads from standard input')
    .option('--peer <name>', 'for sections that name no peer')
    .option('--replace', 'rules of the same name become what the file says')
    .option('--check', 'add nothing')
    .action((file: string, options: ImportOptions) => run(options, (context) => importFile(context, file, options)));
};

async function importFile(context: CommandContext, file: string, options: ImportOptions): Promise<number> {
  const { reporter, host } = context;
  const text = file === '-' ? await readInput(context) : await host.readText(resolve(host.workingDirectory, file));
  if (text.length > MOST) {
    throw new UsageError('usage.file', 'too large', { details: { path: file, reason: 'it is too large' } });
  }
  const client = await ensureAgent(context);
  const { peer, check, replace } = options;
  const answer = await client.call('forwards.import', {
    text,
    ...(peer === undefined ? {} : { peer }),
    ...(check === true ? { dryRun: true } : {}),
    ...(replace === true ? { replace: true } : {}),
  });
  const { added, errors } = answer;
  if (errors.length > 0) {
    reporter.failure(
      [
        ...errors.map(
          ({ line, message, code }) => `${printable(file)}:${line}: ${printable(message)}  [${printable(code)}]`,
        ),
        'Nothing was added.',
      ],
      answer,
    );
    return EXIT.failure;
  }
  reporter.document(answer);
  if (check === true) {
    reporter.lines('The file is right.');
    for (const { rule, peerName } of answer.rules) {
      const words = [formatMapping({ rule, peerName, address: null }), ...(rule.enabled ? [] : ['off'])];
      reporter.lines(`${printable(rule.name)}: ${modeWord(rule)}, ${words.join(', ')}${openWord(rule)}`);
    }
  }
  for (const view of added) {
    reporter.lines(`${printable(view.rule.name)}: ${formatMapping(view)}, ${stateWord(view)}${openWord(view.rule)}`);
    if (view.problem !== null)
      reporter.note(...describeProblem(view.problem, context.host.clock.now()).map((line) => `  ${line}`));
  }
  return EXIT.ok;
}

/** What somebody else has written into a file should not open a port to the network unseen. */
function openWord({ listen }: ForwardRule): string {
  return /^(?:127\.|localhost$|::1$)/i.test(listen.host) ? '' : ' (open to others)';
}

async function readInput({ host }: CommandContext): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of host.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST * 4) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

export const addRelayExport: Registration = (relay, run) => {
  addCommand(relay, 'export', 'write the rules as an INI file, without passwords', {
    examples: [
      ['clawreach relay export', 'to the screen, or a pipe'],
      ['clawreach relay export forwards.ini', 'into a new file'],
      ['clawreach relay export --rule office-socks5', 'one of them'],
    ],
  })
    .argument('[file]', 'a file that is not there yet')
    .option('--rule <name...>', 'only these rules')
    .action((file: string | undefined, options: CommonOptions & Readonly<{ rule?: readonly string[] }>) =>
      run(options, async (context) => {
        const { reporter, host } = context;
        const client = await ensureAgent(context);
        const ids: string[] = [];
        for (const name of options.rule ?? []) ids.push((await findRule(context, client, name)).id);
        const { text } = await client.call('forwards.export', options.rule === undefined ? {} : { ids });
        if (file === undefined || file === '-') {
          reporter.document({ text });
          if (text !== '') reporter.lines(text.trimEnd());
          return;
        }
        const path = resolve(host.workingDirectory, file);
        await host.writeText(path, text);
        reporter.document({ file: path });
        reporter.lines(`Written to ${printable(path)}.`);
      }),
    );
};
