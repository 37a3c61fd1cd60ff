import * as z from 'zod';
import type { TransferFailure, TransferView } from '#shared/app-api/index.ts';
import { AGENT_PATHS, isOver, transferId } from '#shared/files/index.ts';
import { cleanLine } from '#shared/visible-text/index.ts';
import { contentsOf, endNotes, progressWords, stateWords, transferPeer } from '../files/transfer-format.ts';
import { describeError, printable } from '../../output/index.ts';
import { ClawReachError } from '#shared/errors.ts';
import { tool, type Tool, type ToolAnswer } from './tool.ts';

/** Longest wait for the end of a transfer, s, and the one after it was sent unless the tool is told another one. */
const LONGEST_FILE_WAIT = 300;
const SEND_PATIENCE = 10;
/** Most missing files that are named, and characters of the path of each. */
const NAMED_FAILURES = 20;
const FAILURE_PATH = 256;

const waitSeconds = z.number().int().min(0).max(LONGEST_FILE_WAIT).optional();
const id = transferId.describe('ID of the transfer.');

/**
 * Returns the tools that send files. They are there only if the person who installed the server named a folder.
 * @param folder that folder, for the descriptions: the agent checks paths by the one that it has noted itself
 */
export function fileTools(folder: string): readonly Tool[] {
  const shown = cleanLine(folder, 1024);
  return [
    tool({
      name: 'file_send',
      title: 'Send files',
      description:
        `Send files and folders below ${shown} to another machine, into its inbox folder for this machine. Nothing else can be sent. Hidden files and folders, ` +
        'whose names begin with a dot, and links are left out of folders. It goes on by itself if the machine is offline; nothing there is replaced.',
      input: z.strictObject({
        to: z.string().min(1).max(200).describe('Machine as in peers_list, such as office, without an agent.'),
        paths: z
          .array(z.string().min(1).max(4096))
          .min(1)
          .max(AGENT_PATHS)
          .describe(`Files and folders, relative to ${shown} or with their whole paths.`),
        wait_seconds: waitSeconds.describe(
          `Time to wait for the end of the transfer, in seconds (default: ${SEND_PATIENCE}).`,
        ),
      }),
      isReading: false,
      run: async ({ to, paths, wait_seconds: seconds = SEND_PATIENCE }, { desk, key, signal, waiting }) => {
        const sent = await desk.sendFiles({ peer: to, paths, key, folder }, signal);
        return transferAnswer(
          await waiting(seconds, `Sending files to ${transferPeer(sent)}`, (wait) => desk.untilOver(sent.id, wait)),
        );
      },
    }),
    tool({
      name: 'file_status',
      title: 'Show the state of a transfer',
      description: 'Return the state of files that you have sent, and wait for their end.',
      input: z.strictObject({
        id,
        wait_seconds: waitSeconds.describe('Time to wait for the end of the transfer, in seconds (default: 0).'),
      }),
      isReading: true,
      run: async ({ id: transfer, wait_seconds: seconds = 0 }, { desk, waiting }) =>
        transferAnswer(
          await waiting(seconds, `Waiting for the end of ${transfer}`, (wait) => desk.untilOver(transfer, wait)),
        ),
    }),
    tool({
      name: 'file_cancel',
      title: 'Cancel a transfer',
      description: 'End a transfer of files that you have sent, for good. What has arrived completely stays there.',
      input: z.strictObject({ id }),
      isReading: false,
      run: async ({ id: transfer }, { desk, signal }) => ({
        text: transferText(await desk.cancelTransfer(transfer, signal)),
      }),
    }),
  ];
}

function transferAnswer({
  transfer,
  failures,
}: Readonly<{ transfer: TransferView; failures: readonly TransferFailure[] }>): ToolAnswer {
  const { state } = transfer;
  const missing = failures
    .slice(0, NAMED_FAILURES)
    .map(
      ({ path, code }) => `- ${cleanLine(path, FAILURE_PATH)}: ${describeError(new ClawReachError(code, code)).what}`,
    );
  const next = isOver(state) ? [] : ['It goes on by itself; there is no need to send it again. Ask with file_status.'];
  return {
    text: [transferText(transfer), ...endNotes(transfer).map((note) => printable(note)), ...missing, ...next].join(
      '\n',
    ),
    ...(['failed', 'cancelled', 'refused'].includes(state) ? { isError: true } : {}),
  };
}

function transferText(transfer: TransferView): string {
  const amount = transfer.state === 'preparing' ? '' : ` (${progressWords(transfer)})`;
  return `Transfer ${transfer.id}, ${contentsOf(transfer)} to ${transferPeer(transfer)}: ${printable(stateWords(transfer))}${amount}`;
}
