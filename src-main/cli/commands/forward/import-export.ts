import { resolve } from 'node:path';
import { Option } from 'commander';
import type { ForwardRule } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { printable } from '../../output/index.ts';
import { describeProblem, formatMapping, modeWord, stateWord } from './format.ts';
import { findForward } from './find.ts';
import {
  addCommand,
  addMachine,
  withMachine,
  type CommandContext,
  type CommonOptions,
  type Registration,
} from '../registry.ts';

/** Largest file that the agent accepts, in characters. */
const MAX_LENGTH = 100_000;

type ImportOptions = CommonOptions & Readonly<{ peer?: string; check?: boolean; replace?: boolean }>;

/**
 * Registers `clawreach forward import`, which reads an INI file or standard input and sends it to the agent. The agent
 * adds all forwards of the file, or none. Starts an agent if none is running.
 */
export const addForwardImport: Registration = (group, run) => {
  const command = addCommand(group, 'import', 'add the forwards of an INI file, all or none', {
    description:
      'Add the forwards of an INI file. If one section is wrong, nothing is added, and every error is shown with its line and key. ' +
      'docs/FORWARDS.md describes the format.',
    examples: [
      ['clawreach forward import forwards.ini', ''],
      ['clawreach forward import --check forwards.ini', 'only check the file'],
      ['clawreach forward import - office', 'from a pipe; sections without a machine mean office'],
    ],
  }).argument('<file>', 'the file; - reads from standard input');
  addMachine(command, 'name or ID of the machine for sections that name none')
    .option('--replace', 'replace forwards that have the same name')
    .option('--check', 'only check the file; add nothing')
    .action((file: string, machine: string | undefined, options: ImportOptions) =>
      run(options, (context) => importFile(context, file, withMachine(machine, options))),
    );
};

async function importFile(context: CommandContext, file: string, options: ImportOptions): Promise<number> {
  const { reporter, host } = context;
  const text = file === '-' ? await readInput(context) : await host.readText(resolve(host.workingDirectory, file));
  if (text.length > MAX_LENGTH) {
    throw new UsageError('usage.file', 'too large', { details: { path: file, reason: "It's too large" } });
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
    reporter.lines('No errors found.');
    for (const { rule, peerName } of answer.rules) {
      const words = [formatMapping({ rule, peerName, address: null }), ...(rule.enabled ? [] : ['off'])];
      reporter.lines(`${printable(rule.name)}: ${modeWord(rule)}, ${words.join(', ')}${openSuffix(rule)}`);
    }
  }
  for (const view of added) {
    reporter.lines(`${printable(view.rule.name)}: ${formatMapping(view)}, ${stateWord(view)}${openSuffix(view.rule)}`);
    if (view.problem !== null)
      reporter.note(...describeProblem(view.problem, context.host.clock.now()).map((line) => `  ${line}`));
  }
  return EXIT.ok;
}

/**
 * Returns a warning for a forward whose port other machines can reach, since someone else may have written the file;
 * else an empty text.
 */
function openSuffix({ listen }: ForwardRule): string {
  return /^(?:127\.|localhost$|::1$)/i.test(listen.host) ? '' : ' (open to others)';
}

/** Reads standard input, up to a bit more than the largest file. */
async function readInput({ host }: CommandContext): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of host.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_LENGTH * 4) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Registers `clawreach forward export`, which prints the agent's forwards as INI text or writes it to a new file.
 * Starts an agent if none is running.
 */
export const addForwardExport: Registration = (group, run) => {
  addCommand(group, 'export', 'write forwards as an INI file, without passwords', {
    examples: [
      ['clawreach forward export', 'to the screen, or a pipe'],
      ['clawreach forward export forwards.ini', 'into a new file'],
      ['clawreach forward export --only office-socks5', 'one of them'],
    ],
  })
    .argument('[file]', "a file that doesn't exist yet")
    .option('--only <name...>', 'name of the forward; several may follow')
    .addOption(new Option('--rule <name...>', 'another name for --only').hideHelp())
    .action(
      (
        file: string | undefined,
        options: CommonOptions & Readonly<{ only?: readonly string[]; rule?: readonly string[] }>,
      ) =>
        run(options, async (context) => {
          const { reporter, host } = context;
          const client = await ensureAgent(context);
          const names = options.only ?? options.rule;
          const ids: string[] = [];
          for (const name of names ?? []) ids.push((await findForward(context, client, name)).id);
          const { text } = await client.call('forwards.export', names === undefined ? {} : { ids });
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
