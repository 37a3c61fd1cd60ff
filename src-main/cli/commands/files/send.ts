import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AppApiClient, TransferView } from '#shared/app-api/index.ts';
import type { Timer } from '#shared/clock.ts';
import { ClawReachError } from '#shared/errors.ts';
import { isOver } from '#shared/files/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { UsageError } from '../../errors.ts';
import { EXIT, exitCodeOf } from '../../exit-codes.ts';
import { describeError, formatBinaryBytes, printable } from '../../output/index.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';
import { shellWord } from '../machines/peer-format.ts';
import { contentsOf, endNotes, progressWords, shortId, stateWords, transferPeer } from './transfer-format.ts';
import { writeInput } from './write-input.ts';

/** Time for which a transfer waits before a line says for what, ms. */
const NOTED_AFTER = 1000;

/** Next steps for a missing permission at the other machine. */
const ASK = {
  send: 'Ask its user to allow it. There: `clawreach rights NAME --allow send`, with the name of this machine.',
  files: 'Ask its user to share the folder. There: `clawreach files share NAME FOLDER`, with the name of this machine.',
} as const;

type SendOptions = CommonOptions & Readonly<{ name?: string; detach?: boolean; wait?: boolean }>;

/** Registers `clawreach send`, which sends files and folders to a machine. Starts ClawReach if it isn't running. */
export const addSend: Registration = (program, run) => {
  addCommand(program, 'send', 'send files and folders to a machine', {
    description:
      'Send files and folders to another machine, into its inbox folder for this one. They are end-to-end encrypted and checked. Nothing there is ' +
      'replaced. If the connection is lost, or a machine sleeps or restarts, the transfer goes on by itself; while the other machine is offline, ' +
      'it waits. Its user has to give this machine the permission `send`, or is asked. Ctrl-C leaves the transfer to ClawReach; to end it: ' +
      '`clawreach transfers cancel ID`. Exit code 5: it was refused.',
    examples: [
      ['clawreach send report.pdf photos office', 'a file and a folder'],
      ['clawreach send backup.tar office --detach', "don't wait"],
      ['tar c src | clawreach send - office --name src.tar', 'standard input'],
    ],
  })
    .argument(
      '<items...>',
      'name or ID of the machine, after the files and folders to send; - is standard input (MACHINE: is allowed, too)',
    )
    .option('--name <name>', 'name there, for one file or folder')
    .option('--detach', "don't wait for the end")
    .option('--wait', 'wait for the end, also without a terminal (default)')
    .action((items: readonly string[], options: SendOptions) =>
      run(options, (context) => send(context, items, options)),
    );
};

async function send(context: CommandContext, items: readonly string[], options: SendOptions): Promise<number> {
  const { host } = context;
  const paths = items.slice(0, -1);
  const peer = machineOf(items.at(-1) ?? '');
  if (paths.length === 0) throw wrong('Name the files or folders, then the machine: clawreach send PATH MACHINE.');
  if (options.name !== undefined && paths.length > 1) throw wrong('--name is for one file or folder.');
  const isInput = paths.includes('-');
  if (isInput && paths.length > 1) throw wrong('Standard input is sent alone.');
  const client = await ensureAgent(context);
  const how = { detach: options.detach, will: () => 'will be sent to', right: 'send' } as const;
  return await followTransfer(context, client, how, async () =>
    isInput
      ? await sendInput(context, client, { peer, name: options.name ?? 'stdin' })
      : await client.call('transfers.send', {
          peer,
          paths: paths.map((path) => resolve(host.workingDirectory, path)),
          ...(options.name === undefined ? {} : { name: options.name }),
        }),
  );
}

/**
 * Begins a transfer and shows it until its end, or says how to see it if the person doesn't wait.
 * @param options.will returns what happens to its files, before the name of the other machine
 * @param options.right permission at the other machine that it needs
 * @returns the exit code
 */
export async function followTransfer(
  context: CommandContext,
  client: AppApiClient,
  {
    detach,
    will,
    right,
  }: Readonly<{ detach: boolean | undefined; will(transfer: TransferView): string; right: keyof typeof ASK }>,
  begin: () => Promise<TransferView>,
): Promise<number> {
  const { reporter } = context;
  const follower = new TransferFollower(client);
  try {
    const queued = await begin();
    if (detach === true) {
      reporter.document(queued);
      reporter.lines(
        `${contentsOf(queued)} ${will(queued)} ${transferPeer(queued)}. See: \`clawreach transfers\`, ID ${shortId(queued)}`,
      );
      return EXIT.ok;
    }
    const end = await follower.end(context, queued.id);
    reporter.clearProgress();
    if (end === undefined) {
      reporter.note(
        `ClawReach goes on with it. See: \`clawreach transfers watch\`. To end it: \`clawreach transfers cancel ${shellWord(shortId(queued))}\``,
      );
      return EXIT.interrupted;
    }
    return await reportEnd(context, client, end, ASK[right]);
  } finally {
    follower.close();
  }
}

/** Prints the end of a transfer. @param ask next step if the right is missing @returns the exit code */
async function reportEnd(
  context: CommandContext,
  client: AppApiClient,
  end: TransferView,
  ask: string,
): Promise<number> {
  const { reporter } = context;
  reporter.document(end);
  const isThere = end.state === 'done' || end.state === 'partly';
  reporter.lines(
    isThere
      ? `${end.direction === 'in' ? `Copied ${contentsOf(end)} from` : `Sent ${contentsOf(end)} to`} ${transferPeer(end)}: ${end.files.done} ${end.files.done === 1 ? 'file' : 'files'}, ${formatBinaryBytes(end.bytes.done)}.`
      : `${contentsOf(end)} ${end.direction === 'in' ? 'from' : 'to'} ${transferPeer(end)}: ${stateWords(end)}`,
  );
  reporter.note(...endNotes(end));
  if (!isThere && end.code !== null && end.state !== 'cancelled') {
    const { next } = describeError(new ClawReachError(end.code, end.code));
    if (end.code === 'rights.denied') reporter.note(ask);
    else if (next !== '') reporter.note(next);
  }
  if (end.failed > 0) {
    const { failures } = await client.call('transfers.get', { id: end.id });
    reporter.note(
      ...failures.map(
        ({ path, code }) => `  ${printable(path)}: ${stateWords({ state: 'failed', code, waitsFor: null })}`,
      ),
    );
  }
  if (end.state === 'done') return EXIT.ok;
  if (end.state === 'refused') return EXIT.refused;
  return end.code === null || exitCodeOf(end.code) === EXIT.ok ? EXIT.failure : exitCodeOf(end.code);
}

/** Follows one transfer, from before it begins. */
class TransferFollower {
  readonly #client: AppApiClient;
  readonly #off: () => void;
  #listener: ((transfers: readonly TransferView[]) => void) | undefined;

  constructor(client: AppApiClient) {
    this.#client = client;
    this.#off = client.on('transfers.changed', (transfers) => this.#listener?.(transfers));
  }

  /** Shows the progress of a transfer until it is over. @returns its end; undefined after Ctrl-C */
  async end({ host, reporter }: CommandContext, id: string): Promise<TransferView | undefined> {
    const { promise, resolve: settle, reject } = Promise.withResolvers<TransferView | undefined>();
    let noted = '';
    let timer: Timer | undefined;
    const take = (transfer: TransferView): void => {
      if (transfer.id !== id) return;
      timer?.cancel();
      if (isOver(transfer.state)) settle(transfer);
      else if (transfer.state === 'running')
        reporter.progress(
          `${contentsOf(transfer)} ${transfer.direction === 'in' ? '←' : '→'} ${transferPeer(transfer)}: ${progressWords(transfer)}`,
        );
      else {
        const words = stateWords(transfer);
        if (transfer.state === 'preparing' || transfer.waitsFor === null || words === noted) return;
        // Most waits are over before anyone could read of them.
        timer = host.clock.setTimer(NOTED_AFTER, () => {
          noted = words;
          reporter.note(`${transferPeer(transfer)}: ${words}.`);
        });
      }
    };
    this.#listener = (transfers) => {
      for (const transfer of transfers) take(transfer);
    };
    const interrupt = (): void => settle(undefined);
    host.interrupted.addEventListener('abort', interrupt, { once: true });
    void this.#client.closed.then(reject);
    try {
      take((await this.#client.call('transfers.get', { id })).transfer);
      return await promise;
    } finally {
      timer?.cancel();
      this.#listener = undefined;
      host.interrupted.removeEventListener('abort', interrupt);
    }
  }

  close(): void {
    this.#off();
  }
}

/** Writes standard input to a private file of the profile, which ClawReach sends and then removes. It isn't read if the machine can't be sent to. */
async function sendInput(
  { host, reporter }: CommandContext,
  client: AppApiClient,
  given: Readonly<{ peer: string; name: string }>,
): Promise<TransferView> {
  const { path } = await client.call('transfers.spool', { peer: given.peer });
  let queued: TransferView | undefined;
  try {
    await writeInput(host.stdin, path, host.interrupted, (size) =>
      reporter.progress(`Reading standard input: ${formatBinaryBytes(size)}`),
    );
    reporter.clearProgress();
    queued = await client.call('transfers.send', { ...given, paths: [path] });
    return queued;
  } finally {
    // Otherwise no transfer has it.
    if (queued === undefined) await rm(path, { force: true });
  }
}

function machineOf(text: string): string {
  const at = text.indexOf(':');
  if (at === -1) return text;
  if (at < text.length - 1)
    throw wrong(`To put files into a folder that the machine shares: clawreach files put PATH ${text}`);
  return text.slice(0, at);
}

function wrong(reason: string): UsageError {
  return new UsageError('usage.send', reason, { details: { reason } });
}
