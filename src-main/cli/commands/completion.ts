import { Argument } from 'commander';
import {
  COMPLETION_SHELLS,
  completeWords,
  completionScript,
  readNames,
  type CompletionShell,
} from '../completion/index.ts';
import { addCommand, type CommonOptions, type Registration } from './registry.ts';

export const addCompletion: Registration = (program, run) => {
  addCommand(program, 'completion', 'print what makes your shell complete commands and names', {
    examples: [
      ['clawreach completion bash', 'for ~/.bashrc: source <(clawreach completion bash)'],
      ['clawreach completion zsh', 'for ~/.zshrc: source <(clawreach completion zsh)'],
      ['clawreach completion fish', 'for config.fish: clawreach completion fish | source'],
      [
        'clawreach completion powershell',
        'for $PROFILE: clawreach completion powershell | Out-String | Invoke-Expression',
      ],
    ],
  })
    .addArgument(new Argument('<shell>', 'the shell').choices([...COMPLETION_SHELLS]))
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
    .option('--signed', 'each word comes behind a sign, so that none is empty')
    .allowUnknownOption()
    .action((words: readonly string[], { signed }: Readonly<{ signed?: boolean }>) =>
      run({}, async (context) => {
        const names = await readNames(await context.connect().catch(() => undefined));
        completeWords(program, signed === true ? words.map((word) => word.slice(1)) : words, names);
      }),
    );
};
