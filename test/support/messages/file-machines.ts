import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { Right, RightDecision } from '#shared/app-api/index.ts';
import { pairDevices } from '#test/support/hostile/device.ts';
import { runRelay } from '#test/support/relay-clients.ts';
import { transferFiles } from '#test/support/transfers/transfer-files.ts';
import { ApiMachine } from './api-machine.ts';

/** Two paired machines that exchange files. `arrived`: folder of the office for the files of the laptop. */
export type FileMachines = Readonly<{
  office: ApiMachine;
  laptop: ApiMachine;
  arrived: string;
  relayUrl: string;
  /** Decides on a right of the laptop at the office. */
  right(name: Right, decision: RightDecision): Promise<void>;
}>;

/** Starts a relay and the two machines, of which the laptop may do this at the office. @param defer takes what ends them */
export async function startFileMachines(
  defer: (end: () => unknown) => void,
  allow: readonly Right[],
): Promise<FileMachines> {
  const { relay, dispose } = await runRelay();
  defer(dispose);
  const place = await realpath(await mkdtemp(join(tmpdir(), 'clawreach-file-machines-')));
  defer(() => rm(place, { recursive: true, force: true }));
  const create = async (name: string): Promise<ApiMachine> => {
    const files = join(place, name);
    await mkdir(files);
    const dialer = createRelayDialer({ clock: systemClock });
    const machine = new ApiMachine({ name, dialer, transfers: transferFiles(files) }, files);
    await machine.start();
    defer(() => machine.stop());
    await machine.device.configure(relay.url);
    return machine;
  };
  const office = await create('office');
  const laptop = await create('laptop');
  await pairDevices(office.device, laptop.device, { allow: [...allow] });
  return {
    office,
    laptop,
    arrived: join(place, 'office', 'inbox', 'laptop'),
    relayUrl: relay.url,
    right: async (right, decision) => {
      const peer = laptop.device.peerId;
      await office.device.api.call('rights.set', { peer, right, decision, expiresAt: null });
    },
  };
}
