import { resolve } from 'node:path';
import type { AppApiClient, ApprovalView, TransferView } from '#shared/app-api/index.ts';
import { isOver } from '#shared/files/index.ts';
import { ensureAgent } from '../../control/index.ts';
import { EXIT } from '../../exit-codes.ts';
import { formatBinaryBytes, printable } from '../../output/index.ts';
import { addCommand, parseWhole, type CommandContext, type CommonOptions, type Registration } from '../registry.ts';
import { confirmCommand } from '../machines/approval-format.ts';
import { shellWord } from '../machines/peer-format.ts';
import { answerLines, requestLines } from '../machines/approval-answer.ts';
import { contentsOf, endNotes, stateWords, transferPeer } from './transfer-format.ts';

type ReceiveOptions = CommonOptions &
  Readonly<{ from?: string; into?: string; once?: boolean; accept?: number; refuse?: number }>;

/** Registers `clawreach receive`, which takes files from machines that may not send without asking, and chooses the folder. */
export const addReceive: Registration = (program, run) => {
  addCommand(program, 'receive', 'take files that other machines send', {
    description:
      "Wait for files that other machines send, and ask about each transfer, until Ctrl-C. A machine with the permission `send` isn't asked about. " +
      'Files go into the inbox folder, below the name of the machine, unless --into names another folder. Nothing there is replaced.',
    examples: [
      ['clawreach receive --from laptop --into ~/photos --once', 'one transfer'],
      ['clawreach receive --accept 7', 'without a terminal'],
    ],
  })
    .option('--from <machine>', 'name or ID of the machine; the others are left waiting')
    .option('--into <folder>', 'folder for what arrives meanwhile')
    .option('--once', 'end after one transfer')
    .option('--accept <n>', 'accept the request with this number, and end', parseWhole(1, 999_999_999))
    .option('--refuse <n>', 'decline the request with this number, and end', parseWhole(1, 999_999_999))
    .action((options: ReceiveOptions) => run(options, (context) => receive(context, options)));
};

async function receive(context: CommandContext, options: ReceiveOptions): Promise<number> {
  const { host, reporter } = context;
  const client = await ensureAgent(context);
  const into = options.into === undefined ? undefined : resolve(host.workingDirectory, options.into);
  if (options.refuse !== undefined) {
    const decided = await client.call('approvals.decide', { id: options.refuse, decision: 'not-now' });
    reporter.document(decided);
    reporter.lines(...answerLines(decided, host.clock.now()));
    return EXIT.ok;
  }
  if (options.accept !== undefined) {
    await client.call('transfers.accept', { approval: options.accept, ...(into === undefined ? {} : { into }) });
    reporter.document({ approval: options.accept, accepted: true });
    reporter.lines('Accepted. See: `clawreach transfers`');
    return EXIT.ok;
  }
  const from = options.from === undefined ? undefined : (await client.call('peers.get', { peer: options.from })).peerId;
  return await new Receiver(context, client, { from, into, once: options.once === true }).run();
}

type ReceiverOptions = Readonly<{ from: string | undefined; into: string | undefined; once: boolean }>;

/** Asks about requests to send files, and shows what has arrived. */
class Receiver {
  readonly #context: CommandContext;
  readonly #client: AppApiClient;
  readonly #options: ReceiverOptions;
  readonly #asked = new Set<number>();
  /** Transfers that were over before. */
  readonly #known = new Set<string>();
  readonly #over = Promise.withResolvers<number>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(context: CommandContext, client: AppApiClient, options: ReceiverOptions) {
    this.#context = context;
    this.#client = client;
    this.#options = options;
  }

  async run(): Promise<number> {
    const { host, reporter } = this.#context;
    const aborting = new AbortController();
    const client = this.#client;
    for (const one of await client.call('transfers.list', {})) if (isOver(one.state)) this.#known.add(one.id);
    const off = [
      client.on('approvals.changed', (approvals) => this.#takeRequests(approvals)),
      client.on('transfers.changed', (transfers) => this.#takeTransfers(transfers)),
    ];
    host.interrupted.addEventListener('abort', () => this.#over.resolve(EXIT.ok), { once: true });
    const { from, into } = this.#options;
    const expecting =
      into === undefined
        ? Promise.resolve()
        : client.call(
            'transfers.receive',
            { into, ...(from === undefined ? {} : { from }) },
            { signal: aborting.signal },
          );
    expecting.catch((error: unknown) => {
      if (!aborting.signal.aborted) this.#over.reject(error);
    });
    void client.closed.then((error) => this.#over.reject(error));
    try {
      reporter.note('Waiting for files. Ctrl-C ends this.');
      this.#takeRequests(await client.call('approvals.list', {}));
      return await this.#over.promise;
    } finally {
      aborting.abort();
      for (const end of off) end();
    }
  }

  #takeRequests(approvals: readonly ApprovalView[]): void {
    for (const approval of approvals) {
      const { id, right, state, peerId } = approval;
      if (right !== 'send' || state !== 'pending' || this.#asked.has(id)) continue;
      if (this.#options.from !== undefined && peerId !== this.#options.from) continue;
      this.#asked.add(id);
      this.#last = this.#last.then(() => this.#ask(approval)).catch((error: unknown) => this.#over.reject(error));
    }
  }

  async #ask(approval: ApprovalView): Promise<void> {
    const { reporter, prompter, host } = this.#context;
    const { id } = approval;
    const { into } = this.#options;
    // The folder that was named here counts for this request, too.
    const facts = approval.facts?.map((one) =>
      one.fact === 'into' && into !== undefined ? { ...one, value: into } : one,
    );
    reporter.document(approval);
    reporter.lines('', ...requestLines({ ...approval, ...(facts === undefined ? {} : { facts }) }));
    if (approval.uncompared === true) {
      reporter.lines('Compare the four words first:', `    ${confirmCommand(approval)}`);
      return;
    }
    if (!prompter.available) {
      const words = into === undefined ? '' : ` --into ${shellWord(into)}`;
      reporter.lines(`    clawreach receive --accept ${id}${words}`, `    clawreach receive --refuse ${id}`);
      return;
    }
    const isAccepted = await prompter.decide('Accept these files?', host.interrupted);
    // It may have been answered elsewhere meanwhile.
    const isWaiting = (await this.#client.call('approvals.list', {})).some((one) => one.id === id);
    if (!isWaiting) {
      reporter.lines('No longer waiting.');
      return;
    }
    if (isAccepted)
      await this.#client.call('transfers.accept', { approval: id, ...(into === undefined ? {} : { into }) });
    else await this.#client.call('approvals.decide', { id, decision: 'not-now' });
  }

  #takeTransfers(transfers: readonly TransferView[]): void {
    const { reporter } = this.#context;
    for (const transfer of transfers) {
      const { id, direction, peerId, state } = transfer;
      if (direction !== 'in' || !isOver(state) || this.#known.has(id)) continue;
      if (this.#options.from !== undefined && peerId !== this.#options.from) continue;
      this.#known.add(id);
      reporter.document(transfer);
      const isThere = state === 'done' || state === 'partly';
      reporter.lines(
        isThere
          ? `Received ${contentsOf(transfer)} from ${transferPeer(transfer)}: ${transfer.files.done} ${transfer.files.done === 1 ? 'file' : 'files'}, ${formatBinaryBytes(transfer.bytes.done)}, in ${printable(transfer.folder ?? '')}`
          : `${contentsOf(transfer)} from ${transferPeer(transfer)}: ${stateWords(transfer)}`,
      );
      reporter.note(...endNotes(transfer));
      if (this.#options.once) this.#over.resolve(state === 'done' ? EXIT.ok : EXIT.failure);
    }
  }
}
