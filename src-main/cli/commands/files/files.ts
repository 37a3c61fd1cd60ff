import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type {
  AppApiClient,
  CallInput,
  PeerView,
  RemoteEntry,
  SharedFolderView,
  TransferView,
} from '#shared/app-api/index.ts';
import { errorCode } from '#shared/errors.ts';
import { MOST_LISTED } from '#shared/files/index.ts';
import { ensureAgent, viewAgent } from '../../control/index.ts';
import { formatBinaryBytes, formatTable, formatTime, headLine, printable, WHOLE } from '../../output/index.ts';
import { addCommand, type CommandContext, type CommonOptions, type Registration, type Run } from '../registry.ts';
import { peerName, peerWord } from '../machines/peer-format.ts';
import { parsePlace, parseRemotePath, wrong, type RemotePath } from './remote-path.ts';
import { followTransfer } from './send.ts';

type ShareOptions = CommonOptions & Readonly<{ write?: boolean; as?: string }>;
type CopyOptions = CommonOptions & Readonly<{ detach?: boolean }>;
type PutOptions = CopyOptions & Readonly<{ replace?: boolean; skipSame?: boolean; keepBoth?: boolean }>;

/** Path on another machine as commands take it. */
const PLACE = 'MACHINE:FOLDER/PATH; machine by name or ID';

/** Registers `clawreach files`, whose commands share folders with other machines, and use those that others share. */
export const addFiles: Registration = (program, run) => {
  const files: Command = addCommand(program, 'files', 'use folders that other machines share, and share your own', {
    description:
      'Use the folders that other machines share with this one: list, copy, rename, remove. Their users share them with `clawreach files share`. ' +
      'Hidden files, links and devices are never shown. Copies are end-to-end encrypted and checked; after a lost connection or a restart they go ' +
      'on by themselves. To send something without a shared folder: `clawreach send`.',
    examples: [
      ['clawreach files ls office:', 'folders that office shares with this machine'],
      ['clawreach files get office:photos/2026 .', 'copy a folder from there'],
      ['clawreach files put report.pdf office:photos/', 'copy a file into it'],
      ['clawreach files share laptop ~/photos', 'let laptop read a folder of this machine'],
    ],
  });
  const below: Run = (options, work) => run({ ...files.opts<CommonOptions>(), ...options }, work);

  addCommand(files, 'ls', 'list the folders that a machine shares, or what is in one', {
    examples: [
      ['clawreach files ls office:', ''],
      ['clawreach files ls office:photos/2026', ''],
    ],
  })
    .argument('<place>', `MACHINE: for its shared folders, or ${PLACE}`)
    .action((place: string, options: CommonOptions) => below(options, (context) => list(context, place)));
  addCommand(files, 'get', 'copy a file or folder from another machine', {
    description:
      'Copy a file or folder from another machine. Nothing here is replaced: a second one gets another name. Ctrl-C leaves the copy to ClawReach; ' +
      'to end it: `clawreach transfers cancel ID`.',
    examples: [
      ['clawreach files get office:photos/a.jpg', 'into the current folder'],
      ['clawreach files get office:photos ~/backup', 'into a folder that is there, or as a new one'],
    ],
  })
    .argument('<place>', PLACE)
    .argument('[here]', 'folder here into which it goes, or its new path (default: the current folder)')
    .option('--detach', "don't wait for the end")
    .action((place: string, here: string | undefined, options: CopyOptions) =>
      below(options, (context) => get(context, place, here, options)),
    );
  addCommand(files, 'put', 'copy files and folders to another machine', {
    description:
      'Copy files and folders of this machine into a folder that another machine shares for writing. Without one of --replace, --skip-same and ' +
      '--keep-both, the copy fails if something has the name. Ctrl-C leaves the copy to ClawReach; to end it: `clawreach transfers cancel ID`.',
    examples: [
      ['clawreach files put a.jpg b.jpg office:photos/2026/', ''],
      ['clawreach files put site office:www --skip-same', 'only what has changed'],
    ],
  })
    .argument('<items...>', `files and folders to copy, then ${PLACE}`)
    .option('--replace', 'replace files of the same name; folders are merged')
    .option('--skip-same', 'the same, but files of the same size and time are not sent')
    .option('--keep-both', 'replace nothing: what has a name that is taken gets a number, such as a (2).jpg')
    .option('--detach', "don't wait for the end")
    .action((items: readonly string[], options: PutOptions) =>
      below(options, (context) => put(context, items, options)),
    );
  addCommand(files, 'mkdir', 'create a folder on another machine', {
    examples: [['clawreach files mkdir office:photos/2026', '']],
  })
    .argument('<places...>', PLACE)
    .action((places: readonly string[], options: CommonOptions) =>
      below(options, async (context) => {
        const found = places.map(below1);
        const client = await ensureAgent(context);
        for (const place of found) await client.call('folders.makeFolder', placeInput(place));
        context.reporter.document({ created: places });
      }),
    );
  addCommand(files, 'mv', 'rename or move a file or folder within a shared folder', {
    description: 'Rename or move a file or folder within a shared folder of another machine. Nothing is replaced.',
    examples: [['clawreach files mv office:photos/a.jpg office:photos/2026/', '']],
  })
    .argument('<from>', PLACE)
    .argument('<to>', `${PLACE}, in the same shared folder`)
    .action((from: string, to: string, options: CommonOptions) => below(options, (context) => move(context, from, to)));
  addCommand(files, 'rm', 'remove files and folders on another machine', {
    description:
      'Remove files and folders in a shared folder of another machine. They stay there in the hidden folder .clawreach-trash for seven days, where its ' +
      'user finds them.',
    examples: [['clawreach files rm office:photos/a.jpg', '']],
  })
    .argument('<places...>', PLACE)
    .action((places: readonly string[], options: CommonOptions) =>
      below(options, async (context) => {
        const found = places.map(below1);
        const client = await ensureAgent(context);
        for (const place of found) await client.call('folders.remove', placeInput(place));
        context.reporter.document({ removed: places });
      }),
    );

  addCommand(files, 'share', 'share a folder of this machine with another one', {
    description:
      'Share a folder of this machine with another one. It sees what is in the folder, but no hidden files and nothing outside of it; with --write it ' +
      'may also change it. To change that, share it again. Allows the permission `files`; `clawreach rights NAME --ask files` asks you each time.',
    examples: [
      ['clawreach files share laptop ~/photos', 'laptop may read it'],
      ['clawreach files share laptop ~/photos --write', 'it may also change it'],
    ],
  })
    .argument('<name>', 'name or ID of the machine')
    .argument('<folder>', 'folder of this machine')
    .option('--write', 'let it put, rename and remove files there')
    .option('--as <name>', 'name by which the other machine knows the folder (default: its own)')
    .action((name: string, folder: string, options: ShareOptions) =>
      below(options, (context) => share(context, name, folder, options)),
    );
  addCommand(files, 'unshare', 'end sharing a folder', {
    description: 'End sharing a folder with a machine. What it does there ends at once.',
    examples: [['clawreach files unshare laptop photos', '']],
  })
    .argument('<name>', 'name or ID of the machine')
    .argument('<folder>', 'the folder, by its path or by the name that the other machine knows')
    .action((name: string, folder: string, options: CommonOptions) =>
      below(options, (context) => unshare(context, name, folder)),
    );
  addCommand(files, 'shared', 'list the folders of this machine that are shared', {
    examples: [
      ['clawreach files shared', 'with all machines'],
      ['clawreach files shared laptop', ''],
    ],
  })
    .argument('[name]', 'name or ID of the machine; without it, all are shown')
    .action((name: string | undefined, options: CommonOptions) => below(options, (context) => shared(context, name)));
};

type Place = RemotePath & Readonly<{ folder: string }>;

/** Parses a path below a shared folder. @throws {UsageError} `usage.files` */
function below1(text: string): Place {
  const place = parsePlace(text);
  if (place.path.length === 0) throw wrong(`Name something in the folder: ${text.replace(/\/?$/, '/')}NAME.`);
  return place;
}

function placeInput({ machine, folder, path }: Place): CallInput<'folders.stat'> {
  return { peer: machine, folder, path: [...path] };
}

async function list(context: CommandContext, text: string): Promise<void> {
  const { reporter, host } = context;
  const place = parseRemotePath(text);
  const client = await ensureAgent(context);
  const { machine, folder } = place;
  if (folder === undefined) {
    const roots = await client.call('folders.roots', { peer: machine });
    reporter.document(roots);
    if (roots.length === 0) reporter.note(`${printable(machine)} shares no folders with this machine.`);
    reporter.lines(...roots.map(({ name, mode }) => `${printable(name)}/${mode === 'write' ? '' : '  read-only'}`));
    return;
  }
  const entries = await listAll(client, { ...place, folder });
  reporter.document(entries);
  const now = host.clock.now();
  const rows = entries.map(({ name, kind, size, mtime }) => [
    kind === 'folder' ? '' : formatBinaryBytes(size),
    formatTime(mtime, now),
    `${printable(name)}${kind === 'folder' ? '/' : ''}`,
  ]);
  if (rows.length === 0) reporter.note('This folder is empty.');
  if (rows.length === 0) return;
  const [head = '', ...lines] = formatTable(
    [
      { title: 'SIZE', align: 'right', least: WHOLE },
      { title: 'CHANGED', isExtra: true },
      { title: 'NAME', least: WHOLE },
    ],
    rows,
    reporter.columns,
  );
  reporter.lines(...headLine(reporter.style, head), ...lines);
  if (entries.length >= MOST_LISTED) reporter.note('This folder has more: only the first are shown.');
}

/** Returns all entries of a folder, folders first; of a file itself. */
async function listAll(client: AppApiClient, place: Place): Promise<readonly RemoteEntry[]> {
  const facts = await client.call('folders.stat', placeInput(place));
  if (facts.kind === 'file') return [{ name: place.path.at(-1) ?? place.folder, ...facts }];
  const entries: RemoteEntry[] = [];
  for (let more = true; more;) {
    const after = entries.at(-1)?.name;
    const page = await client.call('folders.list', { ...placeInput(place), ...(after === undefined ? {} : { after }) });
    entries.push(...page.entries);
    more = page.more && page.entries.length > 0 && entries.length < MOST_LISTED;
  }
  const order = new Intl.Collator('en', { numeric: true });
  return entries.toSorted((a, b) => (a.kind === b.kind ? order.compare(a.name, b.name) : a.kind === 'folder' ? -1 : 1));
}

async function get(
  context: CommandContext,
  text: string,
  here: string | undefined,
  options: CopyOptions,
): Promise<number> {
  const place = parsePlace(text);
  const { host } = context;
  const target = resolve(host.workingDirectory, here ?? '.');
  const isFolder = here === undefined || here.endsWith('/') || (await isFolderHere(target));
  const client = await ensureAgent(context);
  return await follow(context, client, options, async () =>
    client.call('folders.get', {
      ...placeInput(place),
      ...(isFolder ? { into: target } : { into: dirname(target), name: basename(target) }),
    }),
  );
}

async function isFolderHere(path: string): Promise<boolean> {
  return await stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
}

async function put(context: CommandContext, items: readonly string[], options: PutOptions): Promise<number> {
  const { host } = context;
  const [last = ''] = items.slice(-1);
  if (items.length < 2)
    throw wrong('Name the files or folders, then where they go: clawreach files put PATH MACHINE:FOLDER.');
  const modes = [
    ...(options.replace === true ? (['replace'] as const) : []),
    ...(options.skipSame === true ? (['skip-same'] as const) : []),
    ...(options.keepBoth === true ? (['keep-both'] as const) : []),
  ];
  if (modes.length > 1) throw wrong('Use one of --replace, --skip-same and --keep-both.');
  const place = parsePlace(last);
  const paths = items.slice(0, -1).map((path) => resolve(host.workingDirectory, path));
  const client = await ensureAgent(context);
  const { path, name } = await putTarget(client, place, paths.length);
  return await follow(context, client, options, async () =>
    client.call('folders.put', {
      ...placeInput({ ...place, path }),
      paths,
      mode: modes[0] ?? 'new',
      ...(name === undefined ? {} : { name }),
    }),
  );
}

/** Returns the folder into which files are put, and the name of the only one if the last part of the path isn't there. */
async function putTarget(
  client: AppApiClient,
  place: Place,
  count: number,
): Promise<Readonly<{ path: readonly string[]; name: string | undefined }>> {
  if (place.isFolder) return { path: place.path, name: undefined };
  const asNew = { path: place.path.slice(0, -1), name: place.path.at(-1) };
  try {
    const { kind } = await client.call('folders.stat', placeInput(place));
    if (kind === 'folder') return { path: place.path, name: undefined };
  } catch (error) {
    if (errorCode(error) !== 'file.missing') throw error;
  }
  if (count > 1) throw wrong('Several files need a folder that is there. Create it: clawreach files mkdir');
  return asNew;
}

/** Begins a copy and shows it until its end. */
async function follow(
  context: CommandContext,
  client: AppApiClient,
  { detach }: CopyOptions,
  begin: () => Promise<TransferView>,
): Promise<number> {
  const will = ({ direction }: TransferView): string => `will be copied ${direction === 'in' ? 'from' : 'to'}`;
  return await followTransfer(context, client, { detach, will, right: 'files' }, begin);
}

async function move(context: CommandContext, fromText: string, toText: string): Promise<void> {
  const from = below1(fromText);
  const to = parsePlace(toText);
  if (to.machine !== from.machine || to.folder !== from.folder)
    throw wrong('Both paths have to be in the same shared folder of one machine. Copy it otherwise: get, then put.');
  const client = await ensureAgent(context);
  const isInto =
    to.isFolder ||
    (await client.call('folders.stat', placeInput(to)).then(
      ({ kind }) => kind === 'folder',
      () => false,
    ));
  const path = isInto ? [...to.path, from.path.at(-1) ?? ''] : [...to.path];
  await client.call('folders.rename', { ...placeInput(from), to: path });
  context.reporter.document({ from: fromText, to: `${to.machine}:${[to.folder, ...path].join('/')}` });
}

async function share(context: CommandContext, name: string, folder: string, options: ShareOptions): Promise<void> {
  const { host, reporter } = context;
  const client = await ensureAgent(context);
  const { peerId } = await client.call('peers.get', { peer: name });
  const path = resolve(host.workingDirectory, folder);
  await client.call('folders.share', {
    peer: peerId,
    path,
    mode: options.write === true ? 'write' : 'read',
    ...(options.as === undefined ? {} : { name: options.as }),
  });
  const peer = await client.call('peers.get', { peer: peerId });
  reporter.document(sharedDocument(peer));
  reporter.lines(...formatShared(peer));
}

async function unshare(context: CommandContext, name: string, folder: string): Promise<void> {
  const { host, reporter } = context;
  const client = await ensureAgent(context);
  const before = await client.call('peers.get', { peer: name });
  const isName = before.folders?.some((one) => one.name === folder) === true;
  await client.call('folders.unshare', {
    peer: before.peerId,
    folder: isName ? folder : resolve(host.workingDirectory, folder),
  });
  const peer = await client.call('peers.get', { peer: before.peerId });
  reporter.document(sharedDocument(peer));
  reporter.lines(...formatShared(peer));
}

async function shared(context: CommandContext, name: string | undefined): Promise<void> {
  const client = await viewAgent(context);
  const peers =
    name === undefined ? await client.call('peers.list', {}) : [await client.call('peers.get', { peer: name })];
  const shown = name === undefined ? peers.filter(({ folders }) => folders !== undefined) : peers;
  context.reporter.document(shown.map(sharedDocument));
  if (shown.length === 0)
    context.reporter.lines('No folders are shared. Share one: `clawreach files share NAME FOLDER`');
  context.reporter.lines(...shown.flatMap(formatShared));
}

function sharedDocument(
  peer: PeerView,
): Readonly<{ peer: string; peerId: string; folders: readonly SharedFolderView[] }> {
  return { peer: peer.name, peerId: peer.peerId, folders: peer.folders ?? [] };
}

/** Formats the folders that are shared with a machine, and what the permission `files` makes of them. */
function formatShared(peer: PeerView): readonly string[] {
  const { folders = [] } = peer;
  const { decision } = peer.rights.files;
  if (folders.length === 0) return [`${peerName(peer)}  no shared folders`];
  const denied = `  no effect while the permission files is denied: \`clawreach rights ${peerWord(peer)} --allow files\``;
  return [
    `${peerName(peer)}  ${decision === 'ask' ? 'asks you, then uses:' : 'uses:'}`,
    ...folders.map(({ name, path, mode }) => {
      return `  ${printable(name)}  ${mode === 'write' ? 'read and write' : 'read'}  ${printable(path)}`;
    }),
    ...(decision === 'deny' ? [denied] : []),
  ];
}
