import type { CallOutput, CallProgress } from '#shared/app-api/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { MAX_PROMPT_CHARACTERS } from '#shared/openclaw/prompts/index.ts';
import { showHiddenInLines } from '#shared/visible-text/index.ts';
import { peerName } from '../machines/peer-format.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';

type PromptOptions = CommonOptions & Readonly<{ gateway?: string; session?: string }>;

export const addPrompt: Registration = (program, run) => {
  addCommand(program, 'prompt', 'send a prompt to OpenClaw at a peer', {
    description:
      'Send a prompt to the OpenClaw gateway of a peer and print the answer as it comes. The peer needs to allow this device the right `prompt`, ' +
      'or its person is asked. Ctrl-C calls it off there. With `.` for the peer a gateway of this device is used. ' +
      'With --json each step is one line: {"kind":"approval"}, {"kind":"token","text":…}, {"kind":"replace","text":…} (all so far), and at the end {"kind":"done","text":…,"taskId":…}.',
    examples: [
      ['clawreach prompt office "What runs here?"', ''],
      ['git diff | clawreach prompt office -', 'from the standard input'],
      ['clawreach prompt . "Hello" --gateway home', 'at a gateway of this device'],
    ],
  })
    .argument('<peer>', 'name or ID of the machine; . for this device')
    .argument('[text]', 'the prompt; - or nothing for the standard input')
    .option('--gateway <name>', 'name of the gateway there; the first that is connected unless given')
    .option('--session <key>', 'session of the gateway that gets it; the main one unless given')
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
  const place = name === '.' ? undefined : await client.call('peers.get', { peer: name });
  const wish = { prompt, ...(session === undefined ? {} : { session }) };
  const at = gateway === undefined ? {} : { gateway };
  const input =
    place === undefined ? { target: null, ...at, ...wish } : { target: { peer: place.peerId, ...at }, ...wish };
  const printer = new AnswerPrinter(context, place === undefined ? 'this device' : peerName(place));
  const options = { signal: host.interrupted, onProgress: (step: AnswerStep) => printer.take(step) };
  const answer = await client.call('remote.prompt', input, options);
  printer.end(answer);
}

export type AnswerStep = CallProgress<'remote.prompt'>;
type Answer = CallOutput<'remote.prompt'>;

/**
 * Prints an answer as it arrives. With --json, prints one object per line: `approval`, `token`, `replace`, then `done`.
 * On a terminal, escapes control characters; a file or pipe gets the text unchanged.
 */
export class AnswerPrinter {
  readonly #context: CommandContext;
  readonly #peer: string;
  #last = '\n';

  constructor(context: CommandContext, peer: string) {
    this.#context = context;
    this.#peer = peer;
  }

  take(step: AnswerStep): void {
    const { reporter, host } = this.#context;
    reporter.document(step);
    if (reporter.json) return;
    switch (step.kind) {
      case 'approval':
        reporter.note(`${this.#peer} asks its owner… (Ctrl-C gives up)`);
        return;
      case 'replace':
        if (this.#last !== '\n') host.stdout.write('\n');
        reporter.note('(the answer begins anew)');
        this.#write(step.text);
        return;
      case 'token':
        this.#write(step.text);
    }
  }

  /** Prints the end. @param answer the whole answer, for JSON */
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

  /** Returns text that is complete enough to print: a combining character may still follow the last letter. */
  #shown(text: string): string {
    const before = showHiddenInLines(this.#last);
    const shown = showHiddenInLines(this.#last + text);
    return shown.startsWith(before) ? shown.slice(before.length) : showHiddenInLines(text);
  }
}

/** Reads standard input up to one character more than the longest prompt, so that a longer one is rejected. */
async function readInput({ host }: CommandContext): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of host.stdin as AsyncIterable<Buffer | string>) {
    text += decoder.decode(Buffer.from(chunk), { stream: true });
    if (text.length > MAX_PROMPT_CHARACTERS) break;
  }
  return text;
}
