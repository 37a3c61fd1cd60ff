import { Argument } from 'commander';
import {
  COMPLETION_SHELLS,
  completeWords,
  completionScript,
  readNames,
  remotePaths,
  remoteWord,
  type CompletionShell,
} from '../completion/index.ts';
import { addCommand, type CommonOptions, type Registration } from './registry.ts';

/**
 * Registers `clawreach completion`, which prints a shell's completion script, and the hidden `clawreach complete`, which that script runs on each
 * Tab. `complete` asks the running agent for the names that it offers, and starts none.
 */
export const addCompletion: Registration = (program, run) => {
  addCommand(program, 'completion', 'print a script that lets your shell complete commands and names', {
    examples: [
      ['clawreach completion bash', 'in ~/.bashrc: source <(clawreach completion bash)'],
      ['clawreach completion zsh', 'in ~/.zshrc: source <(clawreach completion zsh)'],
      ['clawreach completion fish', 'in config.fish: clawreach completion fish | source'],
      [
        'clawreach completion powershell',
        'in $PROFILE: clawreach completion powershell | Out-String | Invoke-Expression',
      ],
    ],
  })
    .addArgument(new Argument('<shell>', 'your shell').choices([...COMPLETION_SHELLS]))
    .action((shell: CompletionShell, options: CommonOptions) =>
      run(options, (context) => {
        context.host.stdout.write(completionScript(shell));
        return Promise.resolve();
      }),
    );
  // Called by the completion scripts, never typed.
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .option('--signed', 'each word starts with a plus sign, so that none is empty')
    .allowUnknownOption()
    .action((words: readonly string[], { signed }: Readonly<{ signed?: boolean }>) =>
      run({}, async (context) => {
        const line = signed === true ? words.map((word) => word.slice(1)) : words;
        const client = await context.connect().catch(() => undefined);
        const remote = remoteWord(line);
        if (remote === undefined) completeWords(program, line, await readNames(client, line));
        else if (client !== undefined)
          for (const [word, about] of await remotePaths(client, remote))
            context.host.stdout.write(`${word}\t${about}\n`);
      }),
    );
};
