import type { CallOutput, CallProgress } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { MAX_PROMPT_CHARACTERS } from '#shared/openclaw/prompts/index.ts';
import { showHiddenInLines } from '#shared/visible-text/index.ts';
import { requireComparedWords } from '../machines/compare-words.ts';
import { approvalWait } from '../machines/approval-wait.ts';
import { peerName } from '../machines/peer-format.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type PromptOptions = CommonOptions & Readonly<{ gateway?: string; session?: string }>;

/**
 * Registers `clawreach prompt`, which sends a prompt to a gateway through the agent and prints the answer as it
 * arrives. Reads standard input if the prompt isn't an argument. Starts an agent if none is running.
 */
export const addPrompt: Registration = (program, run) => {
  addCommand(program, 'prompt', 'send a prompt to the OpenClaw of a machine', {
    description: [
      'Send a prompt to the OpenClaw gateway of a machine, and print the answer as it arrives. That machine must allow this one the ' +
        'permission `prompt`; otherwise its user is asked. Ctrl-C cancels the prompt there. To use a gateway of this machine, give `.` as the ' +
        'machine.',
      '',
      'With --json, each step is one line: {"kind":"approval"} while its user is asked, {"kind":"token","text":…} for the next part, ' +
        '{"kind":"replace","text":…} for the whole text so far, and {"kind":"done","text":…,"taskId":…} at the end.',
    ].join('\n'),
    examples: [
      ['clawreach prompt office "What runs here?"', ''],
      ['git diff | clawreach prompt office -', 'from standard input'],
      ['clawreach prompt . "Hello" --gateway home', 'at a gateway of this machine'],
    ],
  })
    .argument('<machine>', 'name or ID of the machine; . means this machine')
    .argument('[text]', 'the prompt; if it is - or missing, it is read from standard input')
    .option('--gateway <name>', 'name of the gateway there (default: the first one connected)')
    .option('--session <key>', 'session at the gateway (default: its main session)')
    .action((peer: string, text: string | undefined, options: PromptOptions) =>
      run(options, (context) => sendPrompt(context, peer, text, options)),
    );
};

async function sendPrompt(
  context: CommandContext,
  name: string,
  text: string | undefined,
  { gateway, session }: PromptOptions,
): Promise<void> {
  const prompt = text === undefined || text === '-' ? await readInput(context) : text;
  if (prompt.trim() === '' || prompt.length > MAX_PROMPT_CHARACTERS)
    throw new UsageError('usage.prompt', 'the prompt is empty, or too long');
  const { host } = context;
  const client = await ensureAgent(context);
  const target = name === '.' ? undefined : await client.call('peers.get', { peer: name });
  if (target !== undefined) await requireComparedWords(context, client, target);
  const request = { prompt, ...(session === undefined ? {} : { session }) };
  const at = gateway === undefined ? {} : { gateway };
  const input =
    target === undefined ? { target: null, ...at, ...request } : { target: { peer: target.peerId, ...at }, ...request };
  const printer = new AnswerPrinter(context, target === undefined ? 'this machine' : peerName(target));
  const options = { signal: host.interrupted, onProgress: (step: AnswerStep) => printer.take(step) };
  const answer = await client.call('remote.prompt', input, options);
  printer.end(answer);
}

/** A step of an answer, as the agent reports it. */
export type AnswerStep = CallProgress<'remote.prompt'>;
type Answer = CallOutput<'remote.prompt'>;

/**
 * Prints an answer to stdout as it arrives; with `--json`, one object per line. In a terminal, escapes control
 * characters; a file or pipe gets the text unchanged. Used by `prompt` and `remote workflow`.
 */
export class AnswerPrinter {
  readonly #context: CommandContext;
  readonly #peer: string;
  #last = '\n';

  constructor(context: CommandContext, peer: string) {
    this.#context = context;
    this.#peer = peer;
  }

  /** Prints a step. */
  take(step: AnswerStep): void {
    const { reporter, host } = this.#context;
    reporter.document(step);
    if (reporter.json) return;
    switch (step.kind) {
      case 'approval':
        reporter.note(approvalWait(this.#peer));
        return;
      case 'replace':
        if (this.#last !== '\n') host.stdout.write('\n');
        reporter.note('(the answer starts again)');
        this.#write(step.text);
        return;
      case 'token':
        this.#write(step.text);
    }
  }

  /**
   * Ends the output.
   * @param answer the whole answer, for JSON
   */
  end(answer: Answer): void {
    const { reporter, host } = this.#context;
    reporter.document({ kind: 'done', ...answer });
    if (!reporter.json && this.#last !== '\n') host.stdout.write('\n');
  }

  #write(text: string): void {
    if (text === '') return;
    const { host } = this.#context;
    host.stdout.write(host.stdout.isTTY === true ? this.#shown(text) : text);
    this.#last = Array.from(text).at(-1) ?? this.#last;
  }

  /**
   * Returns the text with control characters escaped. A combining character may belong to the last letter already
   * printed.
   */
  #shown(text: string): string {
    const before = showHiddenInLines(this.#last);
    const shown = showHiddenInLines(this.#last + text);
    return shown.startsWith(before) ? shown.slice(before.length) : showHiddenInLines(text);
  }
}

/** Reads standard input to its end, or until the text is longer than a prompt may be; the caller rejects that. */
async function readInput({ host }: CommandContext): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of host.stdin as AsyncIterable<Buffer | string>) {
    text += decoder.decode(Buffer.from(chunk), { stream: true });
    if (text.length > MAX_PROMPT_CHARACTERS) break;
  }
  return text;
}
